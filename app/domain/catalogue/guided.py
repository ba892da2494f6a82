"""The guided mode's two choices, and the organisations they contact. Source: features.md N2."""

from dataclasses import dataclass

from db.tables import Category, CategoryOrganisation, Subject, SubjectOrganisation


@dataclass(frozen=True)
class Choice:
    id: int
    name: str
    description: str = ""


async def categories() -> list[Choice]:
    rows = await Category.select(Category.id, Category.name, Category.description).order_by(Category.position)
    return [Choice(**row) for row in rows]


async def subjects_of(category_id: int) -> list[Choice]:
    """Empty for « Autre »: the agent then says the subject in words."""
    rows = await (
        Subject.select(Subject.id, Subject.name).where(Subject.category == category_id).order_by(Subject.position)
    )
    return [Choice(**row) for row in rows]


async def contacted_by_subject(subject_id: int) -> list[int]:
    """Ids of the organisations, in the catalogue's order."""
    rows = await (
        SubjectOrganisation.select(SubjectOrganisation.organisation)
        .where(SubjectOrganisation.subject == subject_id)
        .order_by(SubjectOrganisation.position)
    )
    return [row["organisation"] for row in rows]


async def contacted_by_category(category_id: int) -> list[int]:
    rows = await (
        CategoryOrganisation.select(CategoryOrganisation.organisation)
        .where(CategoryOrganisation.category == category_id)
        .order_by(CategoryOrganisation.position)
    )
    return [row["organisation"] for row in rows]
