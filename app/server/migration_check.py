"""Whether the database has run its migrations: asked before the server starts."""

import asyncio

from app.settings.values import BadSettingError
from db.baseline.adopt import FORMER_SCHEMA, needs_baseline
from db.engine import get_current_engine
from db.pending_migrations import list_pending_migrations
from db.postgres_engine import DATABASE_UNREACHABLE

MIGRATIONS_PENDING = "La base attend ses migrations : python -m app migrate"


def find_migration_errors() -> list[str]:
    """A line when the database does not answer, or lacks migrations. Raises BadSettingError."""
    try:
        return asyncio.run(_list_migration_errors())
    except BadSettingError:
        raise
    except Exception as failure:
        return [DATABASE_UNREACHABLE.format(type(failure).__name__)]


async def _list_migration_errors() -> list[str]:
    engine = get_current_engine()
    await engine.start()
    try:
        if await needs_baseline():
            return [FORMER_SCHEMA]
        return [MIGRATIONS_PENDING] if await list_pending_migrations() else []
    finally:
        await engine.stop()
