"""What the catalogue calls its entries, by id: those withdrawn too, for what was chosen keeps its name."""

from db.tables import Category, Organisation, Subject

Named = dict[int, str]


async def category_names() -> Named:
    return {row["id"]: row["name"] for row in await Category.select(Category.id, Category.name)}


async def subject_names() -> Named:
    return {row["id"]: row["name"] for row in await Subject.select(Subject.id, Subject.name)}


async def organisation_names() -> Named:
    """Their acronyms."""
    return {row["id"]: row["acronym"] for row in await Organisation.select(Organisation.id, Organisation.acronym)}
