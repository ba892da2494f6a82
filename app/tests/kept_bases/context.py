"""What the verbs of a life of cases need: the named people, where files are kept, and a clock that each verb moves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from app.cast import Cast, address_of
from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.attachments.upload import begin, receive
from app.domain.cases.draft.saving import begin_draft, choose_organisations, save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.draft.view import Detail, Mode
from app.domain.cases.mandate.attestation import attest
from app.domain.cases.thread.posting import post
from app.domain.teams.reachability import organisations_in
from app.gateways.email.worker import Postman
from app.gateways.files.previews import Previews
from app.gateways.files.store import Files
from app.tests.kept_bases.declared import CASES, id_of, message
from app.tests.kept_bases.files import FILES, content_of
from app.tests.support.cases_fixtures import open_case
from app.tests.support.fixtures import Clock
from db.tables import Person, Team

CARD = "Numéro d’allocataire CAF"
PHONE = "Téléphone"


@dataclass
class World:
    cast: Cast
    files: Files
    previews: Previews
    postman: Postman
    clock: Clock

    def now(self) -> datetime:
        """Seven minutes after what was done before."""
        return self.clock.advance(minutes=7)

    def on(self, month: int, day: int, hour: int = 8) -> None:
        """The clock goes forwards only."""
        moment = datetime(2026, month, day, hour, tzinfo=UTC)
        assert moment > self.clock.now
        self.clock.now = moment

    @property
    def today(self) -> date:
        return self.clock.now.date()

    async def draft(self, name: str, by: Actor, *acronyms: str, area: str = "46", urgent: bool = False) -> None:
        """A complete draft, without its mandate."""
        declared, case = CASES[name], id_of(name)
        await begin_draft(by, case, team_id=None, mode=Mode.FREE, now=self.now())
        known = {one.acronym: one for one in await organisations_in(area, None)}
        chosen = {known[acronym].id for acronym in acronyms}
        await choose_organisations(by, case, chosen, chosen, self.now())
        identity = {"first_name": declared.first_name, "last_name": declared.last_name, "birth": "1957"}
        number = f"{7_000_000 + list(CASES).index(name)}"
        asked = [Detail(known[acronym].asked_field, number) for acronym in acronyms]
        await save_citizen(by, case, identity, [*asked, Detail(PHONE, "05 36 49 00 90")], self.now())
        texts = {"subject": declared.subject, "description": "Rien depuis trois mois.", "urgency_reason": ""}
        if urgent:
            texts["urgency_reason"] = "Plus de ressources ce mois-ci."
        await save_problem(by, case, texts, urgent=urgent, now=self.now())

    async def on_paper(self, name: str, by: Actor) -> None:
        await attest(by, id_of(name), "paper", signed_on=self.today, reason="", now=self.now())

    async def sent(self, name: str, by: Actor, *acronyms: str, area: str = "46", urgent: bool = False) -> None:
        await self.draft(name, by, *acronyms, area=area, urgent=urgent)
        await self.on_paper(name, by)
        await submit(by, id_of(name), self.now())

    async def opened(self, name: str, *readers: Actor) -> None:
        for reader in readers:
            await open_case(reader, id_of(name), self.now())

    async def says(self, name: str, by: Actor, words: str = "", *files: str) -> None:
        held = [await self.joined(file, by) for file in files]
        key = str(id_of(f"{name} {words} {by.address}"))
        await post(by, id_of(name), words or message(name), key=key, now=self.now(), attachments=held)

    async def joined(self, file: str, by: Actor, *, mandate: bool = False, internal: bool = False) -> UUID:
        """Received whole, and its preview drawn as the worker does."""
        kept, content = FILES[file], content_of(file)
        await begin(
            by,
            id_of(kept.case),
            id_of(file),
            kept.name,
            len(content),
            self.now(),
            mandate=mandate,
            internal=internal,
        )
        await receive(by, self.files, id_of(file), 0, content)
        if kept.drawn:
            assert await self.previews.preview(id_of(file), by.id)
        return id_of(file)


async def person(login: str) -> Actor:
    """As they are now, with their teams."""
    row = await Person.select(Person.id).where(Person.address == address_of(login)).first()
    actor = await load_actor(row["id"]) if row else None
    assert actor
    return actor


async def team_named(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])
