"""The two choices of the guided mode, and the organisations that they contact. Source: features.md N2, N6."""

from dataclasses import dataclass

from piccolo.columns.combination import Where

from db.tables.catalogue import Category, CategoryOrganisation, Subject, SubjectOrganisation


@dataclass(frozen=True)
class Choice:
    id: int
    name: str
    description: str = ""


async def list_categories() -> list[Choice]:
    rows = await (
        Category.select(Category.id, Category.name, Category.description)
        .where(Category.withdrawn_at.is_null())
        .order_by(Category.position, Category.id)
    )
    return [Choice(**row) for row in rows]


async def list_subjects(category_id: int) -> list[Choice]:
    """Empty for « Autre »: the agent then types the subject."""
    rows = await (
        Subject.select(Subject.id, Subject.name)
        .where(Subject.category == category_id, Subject.withdrawn_at.is_null())
        .order_by(Subject.position, Subject.id)
    )
    return [Choice(**row) for row in rows]


async def find_procedure(subject_id: int) -> str:
    """The standard procedure to try before writing to an organisation; empty when the catalogue has none."""
    row = await Subject.select(Subject.procedure).where(Subject.id == subject_id).first()
    return str(row["procedure"]) if row else ""


async def list_subject_organisations(subject_id: int) -> list[int]:
    """Ids in the catalogue's order."""
    return await _list_organisations(SubjectOrganisation, SubjectOrganisation.subject == subject_id)


async def list_category_organisations(category_id: int) -> list[int]:
    return await _list_organisations(CategoryOrganisation, CategoryOrganisation.category == category_id)


async def _list_organisations(
    table: type[SubjectOrganisation] | type[CategoryOrganisation], chosen: Where
) -> list[int]:
    rows = await (
        table.select(table.organisation)
        .where(chosen, table.organisation.withdrawn_at.is_null())
        .order_by(table.position)
    )
    return [row["organisation"] for row in rows]
