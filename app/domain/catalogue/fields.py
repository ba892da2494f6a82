"""What can identify a citizen beyond their name. Source: db/reference/champs_usager.csv."""

from db.tables import CitizenField


async def further_labels() -> list[str]:
    """The choices of « Autres », in the reference's order."""
    rows = await (
        CitizenField.select(CitizenField.label).where(CitizenField.group == "autres").order_by(CitizenField.position)
    )
    return [row["label"] for row in rows]
