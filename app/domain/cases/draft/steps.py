"""The wizard's steps, their order, and the problems of each."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.cases.citizen import find_missing_identity, find_overlong_identity
from app.domain.cases.draft.draft import CitizenDetail, Draft, WizardMode
from app.domain.cases.mandate.mandate import REASON_LENGTH, find_mandate_problems
from app.domain.cases.mandate.sms_wording import build_citizen_statement
from app.domain.teams.reachability import OrganisationReachability
from app.domain.text_length import ATTACH_FILE_ADVICE, find_length_errors


class WizardStep(StrEnum):
    """The value is the step's part of the page address."""

    MODE = "mode"
    CATEGORY = "categorie"
    SUBJECT = "sujet"
    ORGANISATIONS = "organismes"
    CITIZEN = "usager"
    PROBLEM = "blocage"
    MANDATE = "mandat"
    CHECK = "verification"


_COMMON_STEPS = (WizardStep.ORGANISATIONS, WizardStep.CITIZEN, WizardStep.PROBLEM, WizardStep.MANDATE)
_STEPS_BY_MODE = {
    WizardMode.GUIDED: (WizardStep.MODE, WizardStep.CATEGORY, WizardStep.SUBJECT, *_COMMON_STEPS),
    WizardMode.FREE: (WizardStep.MODE, *_COMMON_STEPS),
}


@dataclass(frozen=True)
class StepPosition:
    """A step's number and neighbours: « Étape 2 sur 7 »."""

    number: int
    total: int
    previous_step: WizardStep | None
    next_step: WizardStep


def find_step_position(step: WizardStep, mode: WizardMode) -> StepPosition:
    """The check page follows the last numbered step. A step of the other mode counts as the first."""
    order = _STEPS_BY_MODE[mode]
    path = (*order, WizardStep.CHECK)
    at = path.index(step) if step in path else 0
    return StepPosition(at + 1, len(order), path[at - 1] if at else None, path[min(at + 1, len(path) - 1)])


def list_steps_before(step: WizardStep, mode: WizardMode) -> tuple[WizardStep, ...]:
    """Returns an empty tuple for a step of the other mode."""
    order = (*_STEPS_BY_MODE[mode], WizardStep.CHECK)
    return order[: order.index(step)] if step in order else ()


@dataclass(frozen=True)
class RequestedField:
    """A citizen field that chosen organisations need. requested_by: the acronyms of these organisations."""

    label: str
    hint: str
    requested_by: tuple[str, ...]


def list_requested_fields(draft: Draft, organisations: list[OrganisationReachability]) -> list[RequestedField]:
    """A label is listed once, even when several organisations need it."""
    chosen = [organisation for organisation in organisations if organisation.id in draft.organisations]
    labels = {organisation.asked_field: organisation.hint for organisation in chosen if organisation.asked_field}
    return [
        RequestedField(label, hint, tuple(found.acronym for found in chosen if found.asked_field == label))
        for label, hint in labels.items()
    ]


def build_field_names(draft: Draft, organisations: list[OrganisationReachability]) -> dict[str, str]:
    """Maps each label to its form field of the citizen step: demande-1… if an organisation needs it, else ajout-1…"""
    asked = [field.label for field in list_requested_fields(draft, organisations)]
    added = [detail.label for detail in draft.details if detail.label not in asked]
    return {label: f"demande-{number}" for number, label in enumerate(asked, start=1)} | {
        label: f"ajout-{number}" for number, label in enumerate(added, start=1)
    }


Problems = dict[str, str]
SUBJECT_LENGTH, DESCRIPTION_LENGTH, URGENCY_LENGTH = 200, 5000, 500
VALUE_LENGTH = 200
"""In characters, for sending. A draft may hold longer texts, so that its author can shorten them."""


def find_problems(
    step: WizardStep, draft: Draft, organisations: list[OrganisationReachability], *, has_subjects: bool
) -> Problems:
    """Maps each incomplete or overlong form field to its error message. Empty when the step is complete. Pure."""
    return _find_missing_answers(step, draft, organisations, has_subjects=has_subjects) | find_overlong_texts(
        step, draft, organisations
    )


def find_overlong_texts(step: WizardStep, draft: Draft, organisations: list[OrganisationReachability]) -> Problems:
    """Maps each form field whose text is too long to be sent to its error message. Pure."""
    if step == WizardStep.SUBJECT:
        return find_length_errors({"sujet": (draft.subject, SUBJECT_LENGTH)}) if draft.guided_subject_id is None else {}
    if step == WizardStep.CITIZEN:
        details = _list_detail_texts(draft, build_field_names(draft, organisations))
        return find_overlong_identity(draft.citizen) | find_length_errors(details)
    if step == WizardStep.PROBLEM:
        lines = {"objet": (draft.subject, SUBJECT_LENGTH), "raison": (draft.urgency_reason, URGENCY_LENGTH)}
        return find_length_errors(lines) | find_length_errors(
            {"description": (draft.description, DESCRIPTION_LENGTH)}, ATTACH_FILE_ADVICE
        )
    if step == WizardStep.MANDATE and draft.mandate:
        return find_length_errors({"motif": (draft.mandate.reason, REASON_LENGTH)})
    return {}


def _list_detail_texts(draft: Draft, names: dict[str, str]) -> dict[str, tuple[str, int]]:
    return {names[detail.label]: (detail.value, VALUE_LENGTH) for detail in draft.details}


def _find_missing_answers(
    step: WizardStep, draft: Draft, organisations: list[OrganisationReachability], *, has_subjects: bool
) -> Problems:
    if step == WizardStep.CATEGORY and draft.category_id is None:
        return {"categorie": "Choisissez une catégorie, ou « Autre »."}
    if step == WizardStep.SUBJECT:
        return _find_subject_problems(draft, has_subjects=has_subjects)
    if step == WizardStep.ORGANISATIONS:
        return _find_organisation_problems(draft, organisations)
    if step == WizardStep.CITIZEN:
        return _find_citizen_problems(draft, organisations)
    if step == WizardStep.PROBLEM:
        return _find_problem_step_problems(draft)
    if step == WizardStep.MANDATE:
        return find_mandate_problems(draft.mandate, build_citizen_statement(draft, organisations))
    return {}


def list_withdrawn_organisations(draft: Draft, organisations: list[OrganisationReachability]) -> list[str]:
    """Returns the acronyms of the chosen organisations that the catalogue has withdrawn."""
    return [known.acronym for known in organisations if known.withdrawn and known.id in draft.organisations]


def _find_organisation_problems(draft: Draft, organisations: list[OrganisationReachability]) -> Problems:
    if gone := list_withdrawn_organisations(draft, organisations):
        return {"organismes": f"Vérifiez les organismes à contacter : {', '.join(gone)} n’est plus proposé."}
    return {} if draft.organisations else {"organismes": "Choisissez au moins un organisme à contacter."}


def _find_subject_problems(draft: Draft, *, has_subjects: bool) -> Problems:
    if has_subjects and draft.guided_subject_id is None:
        return {"sujet": "Choisissez le sujet le plus proche."}
    return {} if has_subjects or draft.subject else {"sujet": "Précisez le sujet en quelques mots."}


def _find_citizen_problems(draft: Draft, organisations: list[OrganisationReachability]) -> Problems:
    found = find_missing_identity(draft.citizen)
    details = {detail.label: detail for detail in draft.details}
    for number, asked in enumerate(list_requested_fields(draft, organisations), start=1):
        if problem := _find_requested_field_problem(asked.label, details.get(asked.label)):
            found[f"demande-{number}"] = problem
    return found


def _find_requested_field_problem(label: str, detail: CitizenDetail | None) -> str:
    """The answer is either a value or « non connu », never none or both. Source: features.md N6."""
    if detail is None or not (detail.value or detail.unknown):
        return f"{label} : saisissez-le, ou cochez « non connu »."
    if detail.value and detail.unknown:
        return f"{label} : il est saisi, et « non connu » est coché. Décochez la case, ou effacez ce qui est saisi."
    return ""


def _find_problem_step_problems(draft: Draft) -> Problems:
    found: Problems = {}
    if not draft.subject:
        found["objet"] = "Donnez un sujet à la demande."
    if not draft.description:
        found["description"] = "Décrivez le blocage constaté."
    if draft.urgent and not draft.urgency_reason:
        found["raison"] = "Dites pourquoi c’est urgent : coupure, expulsion, santé, absence de ressources…"
    if draft.urgency_reason and not draft.urgent:
        found["urgente"] = "Vous dites pourquoi c’est urgent : cochez « Urgente », ou effacez cette explication."
    return found


def list_incomplete_steps(
    draft: Draft, organisations: list[OrganisationReachability], *, has_subjects: bool
) -> list[WizardStep]:
    return [
        step
        for step in _STEPS_BY_MODE[draft.mode]
        if find_problems(step, draft, organisations, has_subjects=has_subjects)
    ]
