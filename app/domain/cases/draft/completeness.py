"""Decides whether a draft can be sent, for the check page and for the sending itself."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.domain.cases.draft.draft import Draft
from app.domain.cases.draft.step_saves import list_conflicting_steps
from app.domain.cases.draft.steps import WizardStep, list_incomplete_steps
from app.domain.catalogue.guided import list_subjects
from app.domain.teams.reachability import OrganisationReachability


class BlockerReason(StrEnum):
    """The sending reports the first one, in this order."""

    TWO_TEXTS = "two_texts"
    ANSWERS = "answers"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class SubmissionBlocker:
    """A step that keeps the draft from being sent."""

    step: WizardStep
    reason: BlockerReason
    unreachable_acronyms: tuple[str, ...] = ()


def find_submission_blockers(
    draft: Draft,
    organisations: list[OrganisationReachability],
    *,
    has_subjects: bool,
    conflicting_steps: Collection[WizardStep],
) -> list[SubmissionBlocker]:
    """Returns an empty list when the draft can be sent. Pure.

    has_subjects: the draft's category offers subjects. conflicting_steps: two pages saved different texts there.
    """
    chosen = [known for known in organisations if known.id in draft.organisations]
    lost = tuple(known.acronym for known in chosen if not (known.is_reachable or known.withdrawn))
    incomplete = list_incomplete_steps(draft, organisations, has_subjects=has_subjects)
    return [
        *(SubmissionBlocker(step, BlockerReason.TWO_TEXTS) for step in conflicting_steps),
        *(SubmissionBlocker(step, BlockerReason.ANSWERS) for step in incomplete),
        *([SubmissionBlocker(WizardStep.ORGANISATIONS, BlockerReason.UNREACHABLE, lost)] if lost else []),
    ]


async def load_submission_blockers(
    draft: Draft, organisations: list[OrganisationReachability]
) -> list[SubmissionBlocker]:
    """organisations: as list_organisations_in_area returns them for the draft's area and team."""
    two_texts, known = await list_conflicting_steps(draft.id), await has_subjects(draft)
    return find_submission_blockers(draft, organisations, has_subjects=known, conflicting_steps=two_texts)


async def has_subjects(draft: Draft) -> bool:
    """Without subjects in its category, the wizard asks for a typed subject."""
    return bool(draft.category_id and await list_subjects(draft.category_id))
