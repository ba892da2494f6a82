"""The database of one command, open for as long as the command runs."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.errors import DomainError, Invalid
from db.engine import get_current_engine
from db.pending_migrations import list_known_migrations, list_pending_migrations

NO_TABLES = "La base n’a encore aucune table : python -m app migrate d’abord."


@asynccontextmanager
async def open_database(*, may_be_empty: bool = False) -> AsyncIterator[None]:
    """Closes the database when the block ends. A DomainError ends the command with its message and exit code 1.

    may_be_empty: accepts a database that was never migrated, which is refused otherwise.
    """
    engine = get_current_engine()
    await engine.start()
    try:
        if not may_be_empty and await list_pending_migrations() == list_known_migrations():
            sys.exit(NO_TABLES)
        yield
    except Invalid as refused:
        sys.exit("\n".join(refused.fields.values()))
    except DomainError as refused:
        sys.exit(str(refused))
    finally:
        await engine.stop()
