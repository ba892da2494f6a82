"""python -m bench.crew, in the server's own environment: cases to write on, and sessions of those who write. JSON.

Sixteen cases, each with its agent and its referent: thirty-two writers.
"""

import asyncio
import json
from datetime import UTC, datetime

from app.cast import load_cast
from app.domain.cases.conftest import draft
from app.domain.cases.submission import submit
from app.domain.login.sessions import begin_session
from app.routes.authentication import SESSION_COOKIE
from app.settings import settings
from db.engine import engine_for, use

CASES = 16


async def prepare() -> list[dict[str, str]]:
    engine = engine_for(settings.database_url)
    use(engine)
    await engine.start()
    try:
        return [writer for number in range(CASES) for writer in await _writers(number)]
    finally:
        await engine.stop()


async def _writers(number: int) -> list[dict[str, str]]:
    cast, now = await load_cast(), datetime.now(UTC)
    case = await draft(cast.agent_lot, now, "CAF", subject=f"Sous le feu {number}")
    await submit(cast.agent_lot, case, now)
    pair = (cast.agent_lot, cast.referent_caf_lot)
    sessions = [await begin_session(one.id, remember=True, browser="bench", now=now) for one in pair]
    return [{"case": str(case), "cookie": SESSION_COOKIE, "session": session} for session in sessions]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
