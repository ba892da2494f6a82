"""python -m bench.throughput.desks, in the server’s environment: makes ten offices and their sessions. JSON.

Each office has fifty agents and thirty-two cases, so that a list is a full page. Five cases have a thread of
twenty messages by the last agent, and each agent reads one of these.
"""

import asyncio
import json
from datetime import UTC, datetime
from itertools import cycle
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from litestar.connection import ASGIConnection

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.posting import post_message
from app.domain.opaque_ids import ID_LIMIT, IdPurpose, encode_id
from app.domain.teams.teams import create_team
from app.routes.middleware.csrf import make_token
from app.settings import settings
from app.tests.support.cases_fixtures import clear_rate_limits, make_draft
from bench.offices import SeatInfo, create_member, open_seat
from db.engine import build_engine, transaction, use_engine
from db.tables.areas import Area
from db.tables.email import Email

OFFICES, AGENTS, CASES, THREADS, MESSAGES = 10, 50, 32, 5, 20
WORDS = "Le dossier est complet depuis le mois de mars, et l’usager n’a reçu ni décision ni demande de pièce."


async def prepare() -> list[SeatInfo]:
    engine = build_engine(settings.database_url)
    use_engine(engine)
    await engine.start()
    try:
        areas = await Area.select(Area.code).order_by(Area.code).limit(OFFICES)
        offices = [await _office(area["code"]) for area in areas]
        await Email.delete(force=True)  # only pages are measured: no email may be waiting
    finally:
        await engine.stop()
    return [seat for colleagues in zip(*offices, strict=True) for seat in colleagues]


async def _office(code: str) -> list[SeatInfo]:
    async with transaction():
        caf = await create_team(f"CAF d’essai {code}", "CAF", [code])
        referent = await create_member(caf, f"referent.{code}")
        team = await create_team(f"Bureau d’essai {code}", "FS", [code])
        agents = [await create_member(team, f"agent.{code}.{number}") for number in range(AGENTS)]
        cases = [await _case(agents[number % AGENTS], number) for number in range(CASES)]
        for case in cases[-THREADS:]:
            await clear_rate_limits()
            await _talk(case, agents[-1], referent)
        return [await _desk(agent, case) for agent, case in zip(agents, cycle(cases[-THREADS:]), strict=False)]


async def _case(agent: Actor, number: int) -> UUID:
    now = datetime.now(UTC)
    case = await make_draft(agent, now, "CAF", subject=f"Allocation arrêtée {number}")
    await submit(agent, case, now)
    return case


async def _talk(case: UUID, agent: Actor, referent: Actor) -> None:
    for number in range(MESSAGES):
        await post_message((agent, referent)[number % 2], case, WORDS, key=str(uuid4()), now=datetime.now(UTC))


async def _desk(agent: Actor, case: UUID) -> SeatInfo:
    connection = cast(ASGIConnection[Any, Any, Any, Any], SimpleNamespace(scope={"user": agent}))
    past = encode_id(IdPurpose.CASE_UPDATES, ID_LIMIT - 1)
    return {**await open_seat(agent, case), "actor": str(agent.id), "token": make_token(connection), "past": past}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
