"""The fields that identify a citizen beyond their name. Source: db/reference/champs_usager.csv and the catalogue."""

from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.history import load_name_history
from db.tables.citizen_fields import CitizenField


async def list_further_labels() -> list[str]:
    """The choices of « Autres », in the catalogue's order."""
    rows = await (
        CitizenField.select(CitizenField.label)
        .where(CitizenField.group == "autres", CitizenField.withdrawn_at.is_null())
        .order_by(CitizenField.position, CitizenField.id)
    )
    return [row["label"] for row in rows]


async def list_withdrawn_labels() -> set[str]:
    rows = await CitizenField.select(CitizenField.label).where(CitizenField.withdrawn_at.is_not_null())
    return {row["label"] for row in rows}


async def load_label_history() -> dict[str, str]:
    """Every label that a form may still show -> its label today. An answer survives a withdrawn or renamed field."""
    known = {row["id"]: row["label"] for row in await CitizenField.select(CitizenField.id, CitizenField.label)}
    return {label: known[field] for (_, label), field in (await load_name_history(EntryKind.FIELD)).items()}
