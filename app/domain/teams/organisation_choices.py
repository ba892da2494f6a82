"""The organisations of the catalogue that are not withdrawn: « CAF – Caisse d’allocations familiales »."""

from app.domain.teams.listing import Choice
from db.search import fold_text
from db.tables.organisations import Organisation


async def list_organisations() -> list[Choice]:
    """Operators and helpers, by acronym."""
    rows = await Organisation.select(Organisation.id, Organisation.acronym, Organisation.name).where(
        Organisation.withdrawn_at.is_null()
    )
    named = (Choice(row["id"], _format_organisation(row["acronym"], row["name"])) for row in rows)
    return sorted(named, key=lambda choice: fold_text(choice.name))


def _format_organisation(acronym: str, name: str) -> str:
    return acronym if acronym == name else f"{acronym} – {name}"
