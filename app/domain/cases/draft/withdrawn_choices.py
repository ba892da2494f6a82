"""Lists the choices of a draft that the catalogue has withdrawn, to show at their step and before sending.

A withdrawn category, subject or field stays in the draft and is sent with it. A withdrawn organisation receives
nothing. Source: issue « People, teams, territories, catalogue », 6.
"""

from dataclasses import dataclass

from app.domain.cases.draft.draft import Draft, WizardMode
from app.domain.cases.draft.steps import WizardStep, list_withdrawn_organisations
from app.domain.teams.reachability import OrganisationReachability


@dataclass(frozen=True)
class WithdrawnChoice:
    """step: where the agent can choose again."""

    step: WizardStep
    explanation: str


def list_withdrawn_choices(
    draft: Draft, organisations: list[OrganisationReachability], withdrawn_labels: set[str]
) -> list[WithdrawnChoice]:
    """Returns them in the order of the steps. Pure."""
    return [
        *(_list_guided_choices(draft) if draft.mode == WizardMode.GUIDED else []),
        *(
            WithdrawnChoice(
                WizardStep.ORGANISATIONS,
                f"L’organisme « {acronym} » n’est plus proposé : la demande ne peut plus lui être adressée. "
                "Vérifiez les organismes à contacter.",
            )
            for acronym in list_withdrawn_organisations(draft, organisations)
        ),
        *(
            WithdrawnChoice(
                WizardStep.CITIZEN,
                f"Le champ « {detail.label} » n’est plus proposé. Ce qui y est saisi est gardé et partira avec la "
                "demande ; vous pouvez aussi le retirer.",
            )
            for detail in draft.details
            if detail.label in withdrawn_labels
        ),
    ]


def _list_guided_choices(draft: Draft) -> list[WithdrawnChoice]:
    found = []
    if draft.category_withdrawn:
        found.append(
            WithdrawnChoice(
                WizardStep.CATEGORY,
                f"La catégorie « {draft.category} » n’est plus proposée. Ce brouillon la garde : continuez ainsi, ou "
                "choisissez-en une autre.",
            )
        )
    if draft.subject_withdrawn:
        found.append(
            WithdrawnChoice(
                WizardStep.SUBJECT,
                f"Le sujet « {draft.guided_subject} » n’est plus proposé. Ce brouillon le garde : continuez ainsi, ou "
                "choisissez-en un autre.",
            )
        )
    return found
