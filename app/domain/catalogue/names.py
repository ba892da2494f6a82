"""What the catalogue calls its entries, by id: those withdrawn too, for what was chosen keeps its name."""

from db.tables import Category, Organisation, Subject

NamesById = dict[int, str]


async def load_category_names() -> NamesById:
    return {row["id"]: row["name"] for row in await Category.select(Category.id, Category.name)}


async def load_subject_names() -> NamesById:
    return {row["id"]: row["name"] for row in await Subject.select(Subject.id, Subject.name)}


async def load_organisation_acronyms() -> NamesById:
    """Their acronyms."""
    return {row["id"]: row["acronym"] for row in await Organisation.select(Organisation.id, Organisation.acronym)}
