"""python -m app forget-second-factor ADDRESS: for the last administrator, when nobody can take it away on a page."""

import sys
from datetime import UTC, datetime

from app.domain.accounts.second_factor import reset_by_address
from app.domain.errors import DomainError
from db.engine import current_engine


async def forget_second_factor(address: str) -> None:
    engine = current_engine()
    await engine.start()
    try:
        await reset_by_address(address, datetime.now(UTC))
    except DomainError as refused:
        sys.exit(str(refused))
    finally:
        await engine.stop()
