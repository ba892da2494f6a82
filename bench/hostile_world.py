"""python -m bench.hostile_world, in the server’s environment: makes the persons attacked and the attackers. JSON."""

import asyncio
import json
from datetime import UTC, datetime

from app.cast import load_cast
from app.domain.authentication.known_browser import build_known_browser_cookie
from app.domain.authentication.password import set_password
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.settings import settings
from app.tests.support.authentication_fixtures import open_session
from app.tests.support.cases_fixtures import make_draft
from db.engine import build_engine, use_engine

PASSWORD = "tramway violet sous la pluie"  # noqa: S105
World = dict[str, str]


async def prepare() -> World:
    """A person with a password and a known browser, a case, two sessions."""
    engine, now = build_engine(settings.database_url), datetime.now(UTC)
    use_engine(engine)
    await engine.start()
    try:
        cast = await load_cast()
        agent, stranger = cast.agent_lot, cast.agent_cher
        session = await open_session(agent, now)
        await set_password(agent, session, current="", new=PASSWORD, confirmation=PASSWORD, network="", now=now)
        case = await make_draft(agent, now, "CAF")
        await submit(agent, case, now)
        sessions = [await begin_session(one.id, remember=True, browser="bench", now=now) for one in (agent, stranger)]
    finally:
        await engine.stop()
    return {
        "address": agent.address,
        "known_browser_cookie": build_known_browser_cookie("", agent.address),
        "case": str(case),
        **dict(zip(("agent", "stranger"), sessions, strict=True)),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare())))
