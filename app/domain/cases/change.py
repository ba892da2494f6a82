"""The changes that an action makes to the case's row: collected by small functions, written once by record_event."""

from typing import Any

from app.domain.cases.permissions import CaseFacts
from app.domain.errors import Conflict
from db.tables.cases import Case

CaseChange = dict[Any, Any]
"""Column of Case -> its new value."""
_CONFLICT_MESSAGE = "La demande vient de changer. Rechargez la page pour voir où elle en est."


async def write_case_change(case: CaseFacts, change: CaseChange) -> None:
    """Raises Conflict if the status is no longer that of `case`: the facts were read before."""
    written = await Case.update(change).where(Case.id == case.id, Case.status == case.status).returning(Case.id)
    if not written:
        raise Conflict(_CONFLICT_MESSAGE)
