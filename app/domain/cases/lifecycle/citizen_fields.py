"""Writing the further fields about a citizen: the row first, its value sealed under the row's own number second."""

from collections.abc import Sequence
from uuid import UUID

from app.domain.cases.draft.view import CitizenDetail
from db.bulk import update_many
from db.encryption import encrypt
from db.tables import CaseField


async def add_citizen_details(case_id: UUID, details: Sequence[CitizenDetail], *, first: int = 0) -> None:
    """After those that are there, at this position. Inside the verb's transaction."""
    if not details:
        return
    fields = (
        CaseField(case=case_id, label=detail.label, unknown=detail.unknown, position=position)
        for position, detail in enumerate(details, first)
    )
    written = await CaseField.insert(*fields).returning(CaseField.id, CaseField.position)
    ids = {row["position"]: row["id"] for row in written}
    values = {ids[place]: one.value for place, one in enumerate(details, first)}
    await update_many(
        CaseField,
        [{"id": row, "value": encrypt(CaseField.value, row, value)} for row, value in values.items() if value],
    )


async def replace_citizen_detail(case_id: UUID, label: str, value: str) -> None:
    """Of a field that is there, known from now on. Inside the verb's transaction."""
    row = await CaseField.select(CaseField.id).where(CaseField.case == case_id, CaseField.label == label).first()
    assert row is not None
    sealed = encrypt(CaseField.value, row["id"], value)
    await CaseField.update({CaseField.value: sealed, CaseField.unknown: False}).where(CaseField.id == row["id"])
