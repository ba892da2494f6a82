"""python -m app first-admin ADDRESS: on an installation that has nobody yet."""

import sys
from datetime import UTC, datetime

from app.domain.accounts.first_admin import make_first_admin
from app.domain.errors import DomainError, Invalid
from db.engine import current_engine


async def begin_with(address: str) -> str:
    engine = current_engine()
    await engine.start()
    try:
        return await make_first_admin(address, datetime.now(UTC))
    except Invalid as refused:
        sys.exit("\n".join(refused.fields.values()))
    except DomainError as refused:
        sys.exit(str(refused))
    finally:
        await engine.stop()
