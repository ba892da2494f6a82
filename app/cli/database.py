"""The database of one command, open for as long as the command runs."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.errors import DomainError, Invalid
from db.engine import current_engine


@asynccontextmanager
async def database() -> AsyncIterator[None]:
    """Closes the database when the block ends. A refusal of the domain ends the command: its sentence, exit code 1."""
    engine = current_engine()
    await engine.start()
    try:
        yield
    except Invalid as refused:
        sys.exit("\n".join(refused.fields.values()))
    except DomainError as refused:
        sys.exit(str(refused))
    finally:
        await engine.stop()
