"""A line of each audience, and all people around its case. thread_channels.py has the channels to them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.audience import TO_REFERENTS, Audience, build_team_readership
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.invitation import invite_expert, invite_team
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.live_update import LiveUpdate, event_recorded
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.files.store import FileStore
from app.domain.teams.teams import add_member
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from db.tables.people import Person
from db.tables.teams import Team

SignIn = Callable[[Actor], Awaitable[Browser]]
WORD = "Perroquet"
ALL_AUDIENCES = set(Audience)
BETWEEN_REFERENTS = {Audience.ALL, Audience.INTERNAL}
READABLE_AUDIENCES: dict[str, set[Audience]] = {
    "author": {Audience.ALL},
    "colleague": {Audience.ALL},
    "referent of the other team": BETWEEN_REFERENTS,
    "colleague of the writer": ALL_AUDIENCES,
    "referent of both teams": ALL_AUDIENCES,
    "on both sides": {Audience.ALL},
    "expert": {Audience.ALL},
    "expert with a seat": {Audience.ALL},
    "expert with a seat, not invited": BETWEEN_REFERENTS,
    "expert, not invited": set(),
    "referent of the same organisation elsewhere": set(),
    "referent whose team stepped out": set(),
    "supervisor": set(),
    "admin": set(),
}
"""The writer of the line is not among them: Julien, of the CAF du Lot, the one team that reads a line of TEAM."""


@dataclass
class Scene:
    """One case, and each person by their relation to it."""

    cast: Cast
    case: UUID
    people: dict[str, Actor]
    browsers: dict[str, Browser]
    writer: Browser
    now: datetime
    etags: dict[str, dict[str, str]] = field(default_factory=dict)
    announcements: list[LiveUpdate] = field(default_factory=list)
    file: UUID | None = None

    @property
    def path(self) -> str:
        return f"/demandes/{self.case}"

    async def open_pages(self) -> None:
        """Opens every page, which is an event for a referent’s team, then records the state that each page shows."""
        for browser in self.browsers.values():
            await browser.http.get(self.path)
        for who, browser in self.browsers.items():
            asked = {"case": f"{self.path}/nouvelles", "list": "/nouvelles"}
            answers = {name: await browser.http.get(address) for name, address in asked.items()}
            self.etags[who] = {name: answer.headers.get("etag", "") for name, answer in answers.items()}

    async def post_line(self, audience: Audience, store: FileStore) -> None:
        writer, at = self.cast.referent_caf_lot, self.now
        self.file = await attach_file(writer, store, self.case, at, f"{WORD}.pdf")
        event_recorded.connect(self.announcements.append)
        try:
            readership = (
                TO_REFERENTS if audience == Audience.INTERNAL else build_team_readership(writer.seats[0].team_id)
            )
            say = post_message if audience == Audience.ALL else partial(post_internal_note, readership=readership)
            await say(writer, self.case, WORD, key=WORD, now=at, attachments=[self.file])
        finally:
            event_recorded.disconnect(self.announcements.append)

    async def take_charge_and_read(self) -> None:
        """A public event that is no message happens, and all open their page: they have read past the line."""
        await take_charge(self.cast.referent_caf_lot, self.case, self.now)
        for browser in self.browsers.values():
            await browser.http.get(self.path)


async def build_scene(cast: Cast, signed_in: SignIn, now: datetime) -> Scene:
    """Today’s experts are invited; others become experts afterwards."""
    case = await make_draft(cast.agent_lot, now, "CAF", "MSA")
    await submit(cast.agent_lot, case, now)
    people = {
        "author": cast.agent_lot,
        "colleague": cast.colleague_lot,
        "referent of the other team": cast.referent_msa_lot,
        "colleague of the writer": cast.manager_caf_lot,
        "on both sides": await add_to_teams(cast.referent_cpam_lot, "MSA du Lot", cast.agent_lot.seats[0].team_name),
        "expert": cast.expert,
        "expert with a seat": await _make_expert(await _load_actor_by_login("referent.pref.lot"), "CAF du Lot"),
    }
    await invite_expert(cast.agent_lot, case, "Bloqué", now)
    people |= {
        "expert with a seat, not invited": await _make_expert(cast.agent_cher, "MSA du Lot"),
        "expert, not invited": await _make_expert(await _load_actor_by_login("referent.travail.lot")),
        "referent of the same organisation elsewhere": cast.referent_caf_cher,
        "referent of both teams": await add_to_teams(
            await _load_actor_by_login("referent.msa.creuse"), "MSA du Lot", "CAF du Lot"
        ),
        "referent whose team stepped out": await _invite_and_step_out(cast, case, now),
        "supervisor": cast.supervisor_lot,
        "admin": cast.admin,
    }
    browsers = {who: await signed_in(actor) for who, actor in people.items()}
    return Scene(cast, case, people, browsers, await signed_in(cast.referent_caf_lot), now)


async def _invite_and_step_out(cast: Cast, case: UUID, now: datetime) -> Actor:
    """Lucie, of the CPAM du Cher, has read the case before her team stepped out."""
    lucie = await _load_actor_by_login("referent.cpam.cher")
    await invite_team(cast.referent_caf_lot, case, lucie.seats[0].team_id, "Vit au Cher", now)
    await open_and_read_case(lucie, case, now)
    await step_out(lucie, case, "Pas de dossier ici", now)
    return lucie


async def _load_actor_by_login(login: str) -> Actor:
    row = await Person.select(Person.id).where(Person.address == f"{login}@exemple.fr").first()
    assert row is not None
    actor = await load_actor(row["id"])
    assert actor is not None
    return actor


async def add_to_teams(actor: Actor, *teams: str) -> Actor:
    for team in teams:
        row = await Team.select(Team.id).where(Team.name == team).first()
        assert row is not None
        await add_member(actor.id, row["id"])
    found = await load_actor(actor.id)
    assert found is not None
    return found


async def _make_expert(actor: Actor, *teams: str) -> Actor:
    await Person.update({Person.expert: True}).where(Person.id == actor.id)
    return await add_to_teams(actor, *teams)
