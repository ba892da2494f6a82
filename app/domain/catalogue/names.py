"""The names of the catalogue's entries, by id. Withdrawn entries are included, because cases still show them."""

from db.tables.catalogue import Category, Subject
from db.tables.organisations import Organisation

NamesById = dict[int, str]


async def load_category_names() -> NamesById:
    return {row["id"]: row["name"] for row in await Category.select(Category.id, Category.name)}


async def load_subject_names() -> NamesById:
    return {row["id"]: row["name"] for row in await Subject.select(Subject.id, Subject.name)}


async def load_organisation_acronyms() -> NamesById:
    return {row["id"]: row["acronym"] for row in await Organisation.select(Organisation.id, Organisation.acronym)}
