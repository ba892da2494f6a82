"""Checks that an account exists, for the pages of administrators."""

from app.domain.errors import NotFound
from app.domain.row_ids import LARGEST_ID
from db.tables.people import Person


async def require_account(person_id: int) -> None:
    """Raises NotFound, also for a number that no row can have."""
    if not 0 < person_id <= LARGEST_ID or not await Person.exists().where(Person.id == person_id):
        raise NotFound("Cette personne n’existe pas.")
