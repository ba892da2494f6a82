"""The database of one command, open for as long as the command runs."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.errors import DomainError, Invalid
from db.baseline.adopt import FORMER_SCHEMA, needs_baseline
from db.engine import get_current_engine
from db.pending_migrations import list_applied_migrations

NO_TABLES = "La base n’a encore aucune table : python -m app migrate d’abord."


@asynccontextmanager
async def open_database(*, any_schema: bool = False) -> AsyncIterator[None]:
    """Closes the database when the block ends. A DomainError ends the command with its message and exit code 1.

    any_schema: accepts a database that was never migrated, or made before the first release: refused otherwise.
    """
    engine = get_current_engine()
    await engine.start()
    try:
        if not any_schema:
            await _require_tables()
        yield
    except Invalid as refused:
        sys.exit("\n".join(refused.fields.values()))
    except DomainError as refused:
        sys.exit(str(refused))
    finally:
        await engine.stop()


async def _require_tables() -> None:
    if not await list_applied_migrations():
        sys.exit(NO_TABLES)
    if await needs_baseline():
        sys.exit(FORMER_SCHEMA)
