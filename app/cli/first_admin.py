"""python -m app first-admin ADDRESS: creates the first account of an installation."""

from datetime import UTC, datetime

from app.cli.database import open_database
from app.domain.accounts.first_admin import make_first_admin


async def create_first_admin(address: str) -> str:
    async with open_database():
        return await make_first_admin(address, datetime.now(UTC))
