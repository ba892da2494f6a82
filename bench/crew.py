"""python -m bench.crew, in the server’s environment: makes cases and the sessions of their writers, printed as JSON.

There are sixteen cases, each with its own agent and referent: thirty-two writers.
"""

import asyncio
import json
from datetime import UTC, datetime

from app.cast import load_cast
from app.domain.cases.draft.submission import submit
from app.domain.teams.teams import create_team
from app.settings import settings
from app.tests.support.cases_fixtures import make_draft
from bench.offices import SeatInfo, create_member, open_seat
from db.engine import build_engine, use_engine

CASES = 16


async def prepare() -> list[SeatInfo]:
    engine = build_engine(settings.database_url)
    use_engine(engine)
    await engine.start()
    try:
        cast = await load_cast()
        office = await create_team("Bureau sous le feu", "FS", ["46"])
        caf = cast.referent_caf_lot.seats[0].team_id
        return [writer for number in range(CASES) for writer in await _writers(office, caf, number)]
    finally:
        await engine.stop()


async def _writers(office: int, caf: int, number: int) -> list[SeatInfo]:
    # own people for each case: no rate limit of a person is shared (app/domain/rate_limit.py)
    now = datetime.now(UTC)
    agent, referent = (
        await create_member(office, f"agent.feu.{number}"),
        await create_member(caf, f"referent.feu.{number}"),
    )
    case = await make_draft(agent, now, "CAF", subject=f"Sous le feu {number}")
    await submit(agent, case, now)
    return [await open_seat(one, case) for one in (agent, referent)]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
