"""python -m app maintenance on | off: for when no admin is logged in, or no one can log in."""

from datetime import UTC, datetime

from app.cli.database import open_database
from app.domain.platform.state import begin_maintenance, end_maintenance


async def start_maintenance() -> None:
    async with open_database():
        await begin_maintenance(None, datetime.now(UTC))


async def stop_maintenance() -> None:
    async with open_database():
        await end_maintenance(None, datetime.now(UTC))
