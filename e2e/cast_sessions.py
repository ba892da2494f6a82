"""Opens a session for each account of the cast, and prints its login and its secret: python -m e2e.cast_sessions."""

import asyncio
from datetime import UTC, datetime

from app.cast import PEOPLE, build_address
from app.cli.database import open_database
from app.domain.authentication.sessions import begin_session
from db.tables.people import Person


async def main() -> None:
    now = datetime.now(UTC)
    async with open_database():
        people = {row["address"]: row["id"] for row in await Person.select(Person.address, Person.id)}
        for login in PEOPLE:
            person = people[build_address(login)]
            secret = await begin_session(person, remember=False, browser="Chrome sur Linux", now=now, by_link=True)
            print(login, secret)


if __name__ == "__main__":
    asyncio.run(main())
