"""A draft follows the catalogue's new words; a case already sent keeps those it was sent with."""

from app.domain.case_status import Status
from db.tables import Case, CaseField


async def relabel_draft_fields(before: str, after: str) -> None:
    """What was answered under the former label is under the new one, unless the draft has that one too."""
    drafts = Case.select(Case.id).where(Case.status == Status.DRAFT)
    with_both = CaseField.select(CaseField.case).where(CaseField.label == after)
    await CaseField.update({CaseField.label: after}).where(
        CaseField.label == before, CaseField.case.is_in(drafts), CaseField.case.not_in(with_both)
    )


async def relabel_draft_subjects(subject_id: int, before: str, after: str) -> None:
    """Where the subject named the case by itself."""
    await Case.update({Case.subject: after}).where(
        Case.status == Status.DRAFT, Case.guided_subject == subject_id, Case.subject == before
    )
