"""python -m app maintenance on | off: for when no admin is signed in, or nobody can sign in any more."""

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from app.domain.accounts.actor import Actor
from app.domain.errors import Refused
from app.domain.platform.state import begin_maintenance, end_maintenance
from db.engine import current_engine


async def start_maintenance() -> None:
    await _with_database(begin_maintenance)


async def stop_maintenance() -> None:
    await _with_database(end_maintenance)


async def _with_database(verb: Callable[[Actor | None, datetime], Awaitable[None]]) -> None:
    engine = current_engine()
    await engine.start()
    try:
        await verb(None, datetime.now(UTC))
    except Refused as refused:
        sys.exit(str(refused))
    finally:
        await engine.stop()
