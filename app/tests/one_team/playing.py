"""Plays stories by the domain's verbs and the platform's jobs, and records what people see after each step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from app.cast import Cast
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.promise_reminders import send_promise_reminders
from app.domain.email.outbox import claim_email, set_email_state
from app.domain.email.preferences import change_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.domain.errors import DomainError
from app.gateways.email.render import build_email_contents
from app.tests.one_team.emails import Emails, describe_changes, load_emails
from app.tests.one_team.filtering import NamedFilter, build_filters
from app.tests.one_team.sights import Sights, load_sights
from app.tests.one_team.stories import Step, Story
from app.tests.one_team.verbs import PEOPLE, find_person, find_verb
from app.tests.support.cases_fixtures import clear_rate_limits, make_draft
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.organisations import Organisation
from db.tables.teams import Team

_SENT = "sent to "
_MOST_RUNS = 3
_ORGANISATIONS = ("CAF", "CPAM")


class Player:
    """On a database without any case. thorough: every filter is tried after each step, otherwise one in turn."""

    def __init__(self, cast: Cast, acronyms: dict[int, str], *, thorough: bool) -> None:
        self._cast, self._acronyms = cast, acronyms
        ids = {acronym: key for key, acronym in acronyms.items() if acronym in _ORGANISATIONS}
        filters = build_filters(ids)
        self._filters = cycle([filters] if thorough else [[named] for named in filters])

    async def play(self, story: Story) -> Story:
        """Returns the story with what each step changes. Its cases are deleted, and all emails."""
        stage = _Stage(self._cast, story)
        try:
            return replace(story, steps=tuple([await self._play_step(stage, step) for step in story.steps]))
        finally:
            await stage.clear()

    async def _play_step(self, stage: "_Stage", step: Step) -> Step:
        await stage.wait(step.hours)
        refusal = await stage.act(step.name)
        sees = {"refused": refusal} if refusal else {}
        return replace(step, sees=sees | await stage.look(self._acronyms, next(self._filters)))


async def prepare_player(cast: Cast, now: datetime, *, thorough: bool = False) -> Player:
    """People get emails of each sort: at once, in a slot, and at the shared address of a team."""
    await change_email_frequency(cast.manager_caf_lot, EmailFrequency.DAILY, now)
    await change_email_frequency(cast.colleague_lot, EmailFrequency.TWICE, now)
    await Team.update({Team.shared_address: "caf.lot@exemple.fr"}).where(Team.name == "CAF du Lot")
    rows = await Organisation.select(Organisation.id, Organisation.acronym)
    return Player(cast, {row["id"]: row["acronym"] for row in rows}, thorough=thorough)


class _Stage:
    """One story: its clock, its cases by letter, and what people saw last."""

    def __init__(self, cast: Cast, story: Story) -> None:
        self._cast, self._now = cast, story.at
        self._people = {name: find_person(cast, name) for name in _list_people(story)}
        self._letters = dict[UUID, str]()
        self._sights: Sights = {}
        self._emails: Emails = {}

    async def wait(self, hours: int) -> None:
        for moment in _list_job_times(self._now, hours):
            await send_late_notices(moment)
            await send_promise_reminders(moment)
            await expire_inactive_cases(moment)
            await _deliver_due(moment)
        self._now += timedelta(hours=hours)

    async def act(self, name: str) -> str:
        """Returns how the domain refuses, empty if it does not."""
        letter, _, verb = name.partition(" ")
        try:
            await (self._send(letter, verb.removeprefix(_SENT)) if verb.startswith(_SENT) else self._do(letter, verb))
        except DomainError as refusal:
            return type(refusal).__name__
        return ""

    async def _send(self, letter: str, acronym: str) -> None:
        case_id = await make_draft(self._cast.agent_lot, self._now, acronym)
        await submit(self._cast.agent_lot, case_id, self._now)
        self._letters[case_id] = letter

    async def _do(self, letter: str, verb: str) -> None:
        case_id = next(known for known, one in self._letters.items() if one == letter)
        await find_verb(verb)(self._cast, case_id, self._now)

    async def look(self, acronyms: dict[int, str], filters: list[NamedFilter]) -> Sights:
        """What changed since the last look."""
        await _deliver_due(self._now)
        emails, before = self._emails, self._sights
        self._emails = await load_emails(self._letters)
        self._sights = await load_sights(self._people, self._letters, acronyms, filters, self._now)
        changes = describe_changes(emails, self._emails)
        return ({"emails": changes} if changes else {}) | _find_changes(before, self._sights)

    async def clear(self) -> None:
        await clear_rate_limits()
        await Email.delete(force=True)
        await Case.delete().where(Case.id.is_in([*self._letters]))


def _list_people(story: Story) -> list[str]:
    """Those of the agents' team and of the CAF; « other » and the expert only where the story names them."""
    names = " ".join(step.name for step in story.steps)
    extra = {"other": "CPAM" in names or "other" in names or "transfers" in names, "expert": "expert" in names}
    return [name for name in PEOPLE if extra.get(name, True)]


async def _deliver_due(now: datetime) -> None:
    """As the email worker does, without a message: an email is cancelled if there is nothing to say any more."""
    while await Email.exists().where(Email.state == "waiting", Email.due_at <= now):
        claim = await claim_email(now)
        assert claim is not None
        contents = await build_email_contents(claim, now)
        sent = contents.email_ids if contents else frozenset()
        await set_email_state(sent, "sent", now)
        await set_email_state({item.id for item in claim.items} - sent, "cancelled", now)


def _list_job_times(start: datetime, hours: int) -> Iterator[datetime]:
    """Each day of a short wait, a few times in a long one; the last time is the end of the wait."""
    runs = max(1, min(_MOST_RUNS, hours // 24))
    return (start + timedelta(hours=hours) * run / runs for run in range(1, runs + 1))


def _find_changes(before: Sights, after: Sights) -> Sights:
    gone = dict.fromkeys(before.keys() - after.keys(), "")
    return dict(sorted((gone | {key: text for key, text in after.items() if before.get(key) != text}).items()))
