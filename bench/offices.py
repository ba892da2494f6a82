"""python -m bench.offices, in the server’s environment: makes two hundred offices in fifty departments. JSON.

Each office has five agents and two cases; the CAF of each department has two referents. « readers »: those who keep
pages open. « writers »: those who may write on a case, one of each side. since_list and since_case: the last event that
a page of each kind says it shows.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.first_visit import complete_first_visit
from app.domain.accounts.registration import register_person
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.domain.opaque_ids import IdPurpose, encode_id
from app.domain.teams.teams import add_member, create_team
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import settings
from app.tests.support.cases_fixtures import make_draft
from db.engine import build_engine, use_engine
from db.tables.areas import Area
from db.tables.thread import Event

DEPARTMENTS, OFFICES, AGENTS, CASES = 50, 4, 5, 2
SeatInfo = dict[str, str]


async def prepare() -> dict[str, list[SeatInfo]]:
    engine = build_engine(settings.database_url)
    use_engine(engine)
    await engine.start()
    seats_by_kind: dict[str, list[SeatInfo]] = {"readers": [], "writers": []}
    try:
        for area in await Area.select(Area.code).order_by(Area.code).limit(DEPARTMENTS):
            async for kind, seat in _department(area["code"]):
                seats_by_kind[kind].append(seat)
        last = await Event.select(Event.id).order_by(Event.id, ascending=False).first()
    finally:
        await engine.stop()
    since = {
        "since_list": encode_id(IdPurpose.LIST_UPDATES, last["id"] if last else 0),
        "since_case": encode_id(IdPurpose.CASE_UPDATES, last["id"] if last else 0),
    }
    return {kind: [{**seat, **since} for seat in seats] for kind, seats in seats_by_kind.items()}


async def _department(code: str) -> AsyncIterator[tuple[str, SeatInfo]]:
    caf = await create_team(f"CAF d’essai {code}", "CAF", [code])
    referents = [await create_member(caf, f"referent.{code}.{number}") for number in range(2)]
    for office in range(OFFICES):
        team = await create_team(f"Bureau d’essai {code} {office}", "FS", [code])
        agents = [await create_member(team, f"agent.{code}.{office}.{number}") for number in range(AGENTS)]
        cases = [await _case(agents[0], number) for number in range(CASES)]
        for number, agent in enumerate(agents):
            yield "readers", await open_seat(agent, cases[number % CASES])
        for case in cases:
            yield "writers", await open_seat(agents[-1], case)
            yield "writers", await open_seat(referents[office % 2], case)


async def create_member(team: int, login: str) -> Actor:
    now = datetime.now(UTC)
    person = await register_person(
        f"{login}@exemple.fr", first_name="Essai", last_name=login, function="Essai", now=now
    )
    await add_member(person, team)
    actor = await load_actor(person)
    assert actor is not None
    await complete_first_visit(
        actor, first_name="Essai", last_name=login, function="Essai", phone="05 36 49 00 00", accepted=True, now=now
    )
    arrived = await load_actor(person)
    assert arrived is not None
    return arrived


async def _case(agent: Actor, number: int) -> UUID:
    now = datetime.now(UTC)
    case = await make_draft(agent, now, "CAF", subject=f"En charge {number}")
    await submit(agent, case, now)
    return case


async def open_seat(actor: Actor, case: UUID) -> SeatInfo:
    session = await begin_session(actor.id, remember=True, browser="bench", now=datetime.now(UTC))
    return {"cookie": SESSION_COOKIE, "session": session, "case": str(case)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
