"""Whether a draft can be sent. The check page and the sending call this one function, with the same draft."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.domain.cases.draft.saves import steps_to_choose
from app.domain.cases.draft.steps import WizardStep, incomplete_steps
from app.domain.cases.draft.view import Draft
from app.domain.catalogue.guided import subjects_of
from app.domain.teams.reachability import ReachableOrganisation


class Reason(StrEnum):
    """In the order in which a refusal gives them."""

    TWO_TEXTS = "two_texts"
    ANSWERS = "answers"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Missing:
    """One step where something keeps the draft from being sent. acronyms: of those that cannot be reached."""

    step: WizardStep
    reason: Reason
    acronyms: tuple[str, ...] = ()


def find_missing(
    draft: Draft, organisations: list[ReachableOrganisation], *, has_subjects: bool, two_texts: Collection[WizardStep]
) -> list[Missing]:
    """Empty when the draft can be sent. Pure.

    has_subjects: of the draft's category; two_texts: the steps where two pages have kept different texts.
    """
    chosen = [known for known in organisations if known.id in draft.organisations]
    lost = tuple(known.acronym for known in chosen if not (known.reachable or known.withdrawn))
    incomplete = incomplete_steps(draft, organisations, has_subjects=has_subjects)
    return [
        *(Missing(step, Reason.TWO_TEXTS) for step in two_texts),
        *(Missing(step, Reason.ANSWERS) for step in incomplete),
        *([Missing(WizardStep.ORGANISATIONS, Reason.UNREACHABLE, lost)] if lost else []),
    ]


async def read_missing(draft: Draft, organisations: list[ReachableOrganisation]) -> list[Missing]:
    """organisations: of the draft's territory, for its team."""
    two_texts, known = await steps_to_choose(draft.id), await has_subjects(draft)
    return find_missing(draft, organisations, has_subjects=known, two_texts=two_texts)


async def has_subjects(draft: Draft) -> bool:
    """Whether its category offers any: without, the subject is asked in words."""
    return bool(draft.category_id and await subjects_of(draft.category_id))
