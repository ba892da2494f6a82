"""python -m bench.throughput.desks, in the server's own environment: ten offices and their sessions. JSON.

Each office has fifty agents and thirty-two cases, so that its list is a full page of thirty; five of them have a thread
of twenty messages by the last agent, and each agent reads one of these.
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
from app.domain.cases.thread.posting import post
from app.domain.opaque_ids import END, Use, hide
from app.domain.teams.teams import create_team
from app.routes.middleware.csrf import token_for
from app.settings import settings
from app.tests.support.cases_fixtures import draft, forget_allowances
from bench.offices import Seat, member, seat_of
from db.engine import engine_for, transaction, use
from db.tables import Area, Letter

OFFICES, AGENTS, CASES, THREADS, MESSAGES = 10, 50, 32, 5, 20
WORDS = "Le dossier est complet depuis le mois de mars, et l’usager n’a reçu ni décision ni demande de pièce."


async def prepare() -> list[Seat]:
    engine = engine_for(settings.database_url)
    use(engine)
    await engine.start()
    try:
        areas = await Area.select(Area.code).order_by(Area.code).limit(OFFICES)
        offices = [await _office(area["code"]) for area in areas]
        await Letter.delete(force=True)  # the measure is of pages: nothing of the past is on its way
    finally:
        await engine.stop()
    return [seat for colleagues in zip(*offices, strict=True) for seat in colleagues]


async def _office(code: str) -> list[Seat]:
    async with transaction():
        caf = await create_team(f"CAF d’essai {code}", "CAF", [code])
        referent = await member(caf, f"referent.{code}")
        team = await create_team(f"Bureau d’essai {code}", "FS", [code])
        agents = [await member(team, f"agent.{code}.{number}") for number in range(AGENTS)]
        cases = [await _case(agents[number % AGENTS], number) for number in range(CASES)]
        for case in cases[-THREADS:]:
            await forget_allowances()
            await _talk(case, agents[-1], referent)
        return [await _desk(agent, case) for agent, case in zip(agents, cycle(cases[-THREADS:]), strict=False)]


async def _case(agent: Actor, number: int) -> UUID:
    now = datetime.now(UTC)
    case = await draft(agent, now, "CAF", subject=f"Allocation arrêtée {number}")
    await submit(agent, case, now)
    return case


async def _talk(case: UUID, agent: Actor, referent: Actor) -> None:
    for number in range(MESSAGES):
        await post((agent, referent)[number % 2], case, WORDS, key=str(uuid4()), now=datetime.now(UTC))


async def _desk(agent: Actor, case: UUID) -> Seat:
    connection = cast(ASGIConnection[Any, Any, Any, Any], SimpleNamespace(scope={"user": agent}))
    past = hide(Use.CASE_NEWS, END - 1)
    return {**await seat_of(agent, case), "actor": str(agent.id), "token": token_for(connection), "past": past}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
