"""python -m bench.nation, in the server’s environment: sessions and pages to measure in a generated world. JSON.

There are three people of one area: the agent of a small office, that of the biggest office, and a referent of the
biggest team. Where their lists or searches do not fill a page, cases are added: pages have the same size in every
world.
"""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from app.domain.accounts.actor import Actor, load_actor
from app.domain.authentication.sessions import begin_session
from app.domain.case_status import Status
from app.domain.cases.draft.draft import CitizenDetail, WizardMode
from app.domain.cases.draft.saving import choose_organisations, create_draft, save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import PAGE_SIZE, list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.inbox.visibility import build_visibility_condition
from app.domain.cases.lifecycle.closure import OUTCOME_CHOICES, close
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.thread.posting import post_message
from app.domain.teams.reachability import list_organisations_in_area
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import settings
from app.tests.support.cases_fixtures import clear_rate_limits
from bench.offices import create_member
from bench.visits import POSTERS
from db.encryption import decrypt
from db.engine import build_engine, use_engine
from db.tables.cases import Case, CaseField
from db.tables.people import Person
from db.tables.teams import Team
from db.tables.thread import Message

THREAD, ENOUGH = 20, PAGE_SIZE * 2 + 1
WORD, NAME = "récépissé", "Pélissier"
_BIGGEST_TEAM = (
    'SELECT "recipient"."team" AS team FROM "recipient" JOIN "cases" ON "cases"."id" = "recipient"."case" '
    'WHERE "cases"."erased_at" IS NULL AND "cases"."status" <> \'draft\' AND "recipient"."left_at" IS NULL '
    'GROUP BY "recipient"."team" ORDER BY COUNT(*) DESC, "recipient"."team" LIMIT 1'
)
_OFFICES = (
    'SELECT "cases"."team" AS team, "cases"."area" AS area, COUNT(*) AS cases FROM "cases" JOIN "recipient" '
    'ON "recipient"."case" = "cases"."id" WHERE "cases"."erased_at" IS NULL AND "cases"."status" <> \'draft\' '
    'AND "recipient"."team" = {} AND "recipient"."left_at" IS NULL '
    'GROUP BY "cases"."team", "cases"."area" ORDER BY cases DESC, "cases"."team"'
)
_COMER = (
    'SELECT "person"."id" AS person FROM "person" JOIN "membership" ON "membership"."person" = "person"."id" '
    'WHERE "membership"."team" = {} AND "person"."active" AND "person"."terms_accepted_at" IS NOT NULL '
    'ORDER BY "person"."id" LIMIT 1'
)


async def prepare() -> dict[str, str]:
    """The cookie, the pages, and a session for « small », « big », « referent », « supervisor » and « admin »."""
    engine = build_engine(settings.database_url)
    use_engine(engine)
    await engine.start()
    try:
        return await _prepared(datetime.now(UTC))
    finally:
        await engine.stop()


async def _prepared(now: datetime) -> dict[str, str]:
    team = int((await Case.raw(_BIGGEST_TEAM))[0]["team"])
    offices = await Case.raw(_OFFICES, team)
    big, small = await _comer(offices[0]["team"]), await _comer(offices[-1]["team"])
    referent, area = await _comer(team), str(offices[0]["area"])
    organisation = (await Team.select(Team.organisation).where(Team.id == team).first() or {})["organisation"]
    for agent in (small, big):
        await _fill(agent, organisation, area, now)
    sessions = {
        name: await _session(who.id, now) for name, who in (("small", small), ("big", big), ("referent", referent))
    }
    for n in range(POSTERS):
        sessions[f"poster {n}"] = await _session((await create_member(offices[-1]["team"], f"poster.{n}")).id, now)
    sessions["supervisor"] = await _session(await _of_role("supervisor", area), now)
    sessions["admin"] = await _session(await _of_role("admin", ""), now)
    draft = await _draft(big, organisation, area, now)
    threads = {"case": str(await _thread(big, THREAD, now)), "quiet": str(await _thread(small, 1, now))}
    for words in (WORD, NAME):
        found = (await list_cases(referent, Filters(view=View.CLOSED, words=words), now)).total
        await _closed(big, ENOUGH - found, organisation, area, now)
    sought = {"word": WORD, "name": NAME, "number": await _number(referent)}
    return {"cookie": SESSION_COOKIE, **sessions, **threads, "draft": str(draft), **sought}


async def _comer(team: int) -> Actor:
    actor = await load_actor((await Case.raw(_COMER, team))[0]["person"])
    assert actor is not None
    return actor


async def _of_role(role: str, area: str) -> int:
    query = Person.select(Person.id).where(Person.platform_role == role)
    if area:
        supervising = Person.raw('SELECT "person" FROM "supervision" WHERE "area" = {} ORDER BY "id" DESC', area)
        return int((await supervising)[0]["person"])
    row = await query.order_by(Person.id, ascending=False).first()
    assert row is not None
    return int(row["id"])


async def _session(person: int, now: datetime) -> str:
    return await begin_session(person, remember=True, browser="bench", now=now)


async def _fill(agent: Actor, organisation: int, area: str, now: datetime) -> None:
    """Adds two pages of open cases and two of closed ones."""
    views = (await load_list_counts(agent, now)).views
    await _closed(agent, ENOUGH - views[View.CLOSED], organisation, area, now)
    for _ in range(ENOUGH - views[View.OPEN]):
        await _sent(agent, organisation, area, now)


async def _closed(agent: Actor, number: int, organisation: int, area: str, now: datetime) -> None:
    for _ in range(number):
        await close(agent, await _sent(agent, organisation, area, now), OUTCOME_CHOICES[0], now)


async def _sent(agent: Actor, organisation: int, area: str, now: datetime) -> UUID:
    await clear_rate_limits()
    case = await _draft(agent, organisation, area, now)
    await submit(agent, case, now)
    return case


async def _draft(agent: Actor, organisation: int, area: str, now: datetime) -> UUID:
    draft = uuid4()
    known = next(one for one in await list_organisations_in_area(area, None) if one.id == organisation)
    await create_draft(agent, draft, team_id=None, mode=WizardMode.FREE, now=now)
    await choose_organisations(agent, draft, {organisation}, {organisation}, now)
    identity = {"first_name": "Jeanne", "last_name": NAME, "birth": "1957"}
    await save_citizen(agent, draft, identity, [CitizenDetail(known.asked_field, "", unknown=True)], now)
    texts = {"subject": "Aide en retard", "description": f"Le {WORD} est arrivé, rien depuis.", "urgency_reason": ""}
    await save_problem(agent, draft, texts, urgent=False, now=now)
    await attest_mandate(agent, draft, "paper", signed_on=now.date(), reason="", now=now)
    return draft


async def _thread(agent: Actor, length: int, now: datetime) -> UUID:
    """Returns one of the agent’s open cases, with so many messages."""
    rows = (
        await Case.select(Case.id).where(Case.author == agent.id, Case.next_side != "").order_by(Case.sent_at).limit(50)
    )
    counts = {row["id"]: await Message.count().where(Message.case == row["id"]) for row in rows}
    case: UUID = max((one for one in counts if counts[one] <= length), key=lambda one: counts[one])
    for number in range(length - counts[case]):
        await post_message(agent, case, f"Message {number} : le dossier est bien arrivé.", key=str(uuid4()), now=now)
    return case


async def _number(referent: Actor) -> str:
    """A citizen’s number, on a closed case that this referent can find."""
    closed = Case.select(Case.id).where(build_visibility_condition(referent), Case.status == Status.CLOSED)
    query = CaseField.select(CaseField.id, CaseField.value).where(CaseField.case.is_in(closed), CaseField.value != "")
    row = await query.order_by(CaseField.id).first()
    assert row is not None
    return decrypt(CaseField.value, row["id"], row["value"])


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
