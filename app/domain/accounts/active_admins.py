"""The administrators with an open account. One of them always stays."""

from app.domain.accounts.actor import PlatformRole
from db.engine import is_postgres
from db.tables.people import Person


async def lock_active_admins() -> list[int]:
    """Sorted ids. Of two who would leave at the same time, the second waits and sees what the first did.

    Inside the caller's transaction. SQLite has a single writer.
    """
    query = (
        Person.select(Person.id)
        .where(Person.platform_role == PlatformRole.ADMIN, Person.active.eq(True))
        .order_by(Person.id)
    )
    return [row["id"] for row in await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)]
