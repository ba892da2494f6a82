"""Writes the further fields about a citizen."""

from collections.abc import Sequence
from uuid import UUID

from app.domain.cases.draft.draft import CitizenDetail
from db.bulk import update_many
from db.encryption import encrypt
from db.tables.cases import CaseField
from db.visible_text import remove_invisible


async def add_citizen_details(case_id: UUID, details: Sequence[CitizenDetail], *, first: int = 0) -> None:
    """Adds the fields from position `first` on. Runs in the caller's transaction.

    Encryption binds a value to its row: the row is inserted first, its value second.
    """
    if not details:
        return
    fields = (
        CaseField(case=case_id, label=detail.label, unknown=detail.unknown, position=position)
        for position, detail in enumerate(details, first)
    )
    written = await CaseField.insert(*fields).returning(CaseField.id, CaseField.position)
    ids = {row["position"]: row["id"] for row in written}
    values = {ids[place]: remove_invisible(one.value) for place, one in enumerate(details, first)}
    await update_many(
        CaseField,
        [{"id": row, "value": encrypt(CaseField.value, row, value)} for row, value in values.items() if value],
    )


async def replace_citizen_detail(case_id: UUID, label: str, value: str) -> None:
    """The field exists, and is known from now on. Runs in the caller's transaction."""
    row = await CaseField.select(CaseField.id).where(CaseField.case == case_id, CaseField.label == label).first()
    assert row is not None
    sealed = encrypt(CaseField.value, row["id"], value)
    await CaseField.update({CaseField.value: sealed, CaseField.unknown: False}).where(CaseField.id == row["id"])
