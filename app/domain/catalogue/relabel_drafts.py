"""A draft follows the catalogue's new words. A case that was sent keeps its own."""

from app.domain.case_status import Status
from db.tables.cases import Case, CaseField


async def relabel_draft_fields(before: str, after: str) -> None:
    """An answer moves to the new label, unless the draft already has an answer under it."""
    drafts = Case.select(Case.id).where(Case.status == Status.DRAFT)
    with_both = CaseField.select(CaseField.case).where(CaseField.label == after)
    await CaseField.update({CaseField.label: after}).where(
        CaseField.label == before, CaseField.case.is_in(drafts), CaseField.case.not_in(with_both)
    )


async def relabel_draft_subjects(subject_id: int, before: str, after: str) -> None:
    """Only for cases whose subject is the name chosen in the catalogue."""
    await Case.update({Case.subject: after}).where(
        Case.status == Status.DRAFT, Case.guided_subject == subject_id, Case.subject == before
    )
