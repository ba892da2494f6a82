"""python -m app first-admin ADDRESS: on an installation that has nobody yet."""

from datetime import UTC, datetime

from app.cli.database import database
from app.domain.accounts.first_admin import make_first_admin


async def begin_with(address: str) -> str:
    async with database():
        return await make_first_admin(address, datetime.now(UTC))
