"""What a verb changes of its case's row: small functions fill it, and record() (events.py) writes it once."""

from typing import Any

from app.domain.cases.permissions import CaseFacts
from app.domain.errors import Conflict
from db.tables import Case

CaseChange = dict[Any, Any]
"""Column of Case -> its new value."""
_CONFLICT_MESSAGE = "La demande vient de changer. Rechargez la page pour voir où elle en est."


async def write_case_change(case: CaseFacts, change: CaseChange) -> None:
    """Only where the status still is what the facts say: they are those of before. Raises Conflict if it is not."""
    written = await Case.update(change).where(Case.id == case.id, Case.status == case.status).returning(Case.id)
    if not written:
        raise Conflict(_CONFLICT_MESSAGE)
