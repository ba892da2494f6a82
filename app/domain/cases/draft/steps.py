"""The wizard's steps, in their order, and what is still missing in each."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.cases.draft.view import Detail, Draft, Mode
from app.domain.cases.mandate.mandate import REASON_LENGTH, mandate_problems
from app.domain.cases.mandate.sms_wording import recall
from app.domain.teams.reachability import ReachableOrganisation
from app.domain.text_length import JOIN_A_FILE, too_long


class WizardStep(StrEnum):
    """The value is the step's place in the address."""

    MODE = "mode"
    CATEGORY = "categorie"
    SUBJECT = "sujet"
    ORGANISATIONS = "organismes"
    CITIZEN = "usager"
    PROBLEM = "blocage"
    MANDATE = "mandat"
    CHECK = "verification"


_COMMON = (WizardStep.ORGANISATIONS, WizardStep.CITIZEN, WizardStep.PROBLEM, WizardStep.MANDATE)
_ORDER = {
    Mode.GUIDED: (WizardStep.MODE, WizardStep.CATEGORY, WizardStep.SUBJECT, *_COMMON),
    Mode.FREE: (WizardStep.MODE, *_COMMON),
}


@dataclass(frozen=True)
class Place:
    """Where a step stands: « Étape 2 sur 7 », what comes before and after."""

    number: int
    total: int
    before: WizardStep | None
    after: WizardStep


def place_of(step: WizardStep, mode: Mode) -> Place:
    """The check page comes after the last numbered step; a step of the other mode counts as the first."""
    order = _ORDER[mode]
    path = (*order, WizardStep.CHECK)
    at = path.index(step) if step in path else 0
    return Place(at + 1, len(order), path[at - 1] if at else None, path[min(at + 1, len(path) - 1)])


def steps_before(step: WizardStep, mode: Mode) -> tuple[WizardStep, ...]:
    """None for a step of the other mode."""
    order = (*_ORDER[mode], WizardStep.CHECK)
    return order[: order.index(step)] if step in order else ()


@dataclass(frozen=True)
class AskedField:
    """A field that chosen organisations need: its label, its help, their acronyms."""

    label: str
    hint: str
    asked_by: tuple[str, ...]


def asked_fields(draft: Draft, organisations: list[ReachableOrganisation]) -> list[AskedField]:
    """One for each label, however many organisations ask for it."""
    chosen = [organisation for organisation in organisations if organisation.id in draft.organisations]
    labels = {organisation.asked_field: organisation.hint for organisation in chosen if organisation.asked_field}
    return [
        AskedField(label, hint, tuple(found.acronym for found in chosen if found.asked_field == label))
        for label, hint in labels.items()
    ]


def field_names(draft: Draft, organisations: list[ReachableOrganisation]) -> dict[str, str]:
    """label -> its field's name in the citizen step: demande-1… for those asked, ajout-1… for those added."""
    asked = [field.label for field in asked_fields(draft, organisations)]
    added = [detail.label for detail in draft.details if detail.label not in asked]
    return {label: f"demande-{number}" for number, label in enumerate(asked, start=1)} | {
        label: f"ajout-{number}" for number, label in enumerate(added, start=1)
    }


Problems = dict[str, str]
SUBJECT_LENGTH, DESCRIPTION_LENGTH, URGENCY_LENGTH = 200, 5000, 500
NAME_LENGTH, BIRTH_LENGTH, VALUE_LENGTH = 100, 60, 200
"""Characters, once sent. A draft keeps longer texts: no word is lost while its author shortens them."""


def problems(
    step: WizardStep, draft: Draft, organisations: list[ReachableOrganisation], *, has_subjects: bool
) -> Problems:
    """What the step still lacks or holds too much of: field -> what to do. Empty when it is complete. Pure."""
    return _missing(step, draft, organisations, has_subjects=has_subjects) | overlong(step, draft, organisations)


def overlong(step: WizardStep, draft: Draft, organisations: list[ReachableOrganisation]) -> Problems:
    """The texts of the step that are too long to be sent: field -> how many characters are too many. Pure."""
    if step == WizardStep.SUBJECT:
        return too_long({"sujet": (draft.subject, SUBJECT_LENGTH)}) if draft.guided_subject_id is None else {}
    if step == WizardStep.CITIZEN:
        return too_long(_identity(draft) | _values(draft, field_names(draft, organisations)))
    if step == WizardStep.PROBLEM:
        lines = {"objet": (draft.subject, SUBJECT_LENGTH), "raison": (draft.urgency_reason, URGENCY_LENGTH)}
        return too_long(lines) | too_long({"description": (draft.description, DESCRIPTION_LENGTH)}, JOIN_A_FILE)
    if step == WizardStep.MANDATE and draft.mandate:
        return too_long({"motif": (draft.mandate.reason, REASON_LENGTH)})
    return {}


def _identity(draft: Draft) -> dict[str, tuple[str, int]]:
    names = {"prenom": (draft.first_name, NAME_LENGTH), "nom": (draft.last_name, NAME_LENGTH)}
    return {**names, "naissance": (draft.birth, BIRTH_LENGTH)}


def _values(draft: Draft, names: dict[str, str]) -> dict[str, tuple[str, int]]:
    return {names[detail.label]: (detail.value, VALUE_LENGTH) for detail in draft.details}


def _missing(
    step: WizardStep, draft: Draft, organisations: list[ReachableOrganisation], *, has_subjects: bool
) -> Problems:
    if step == WizardStep.CATEGORY and draft.category_id is None:
        return {"categorie": "Choisissez une catégorie, ou « Autre »."}
    if step == WizardStep.SUBJECT:
        return _subject_problems(draft, has_subjects=has_subjects)
    if step == WizardStep.ORGANISATIONS:
        return _organisation_problems(draft, organisations)
    if step == WizardStep.CITIZEN:
        return _citizen_problems(draft, organisations)
    if step == WizardStep.PROBLEM:
        return _problem_problems(draft)
    if step == WizardStep.MANDATE:
        return mandate_problems(draft.mandate, recall(draft, organisations))
    return {}


def withdrawn_organisations(draft: Draft, organisations: list[ReachableOrganisation]) -> list[str]:
    """The acronyms of those chosen before they were withdrawn from the catalogue."""
    return [known.acronym for known in organisations if known.withdrawn and known.id in draft.organisations]


def _organisation_problems(draft: Draft, organisations: list[ReachableOrganisation]) -> Problems:
    if gone := withdrawn_organisations(draft, organisations):
        return {"organismes": f"Vérifiez les organismes à contacter : {', '.join(gone)} n’est plus proposé."}
    return {} if draft.organisations else {"organismes": "Choisissez au moins un organisme à contacter."}


def _subject_problems(draft: Draft, *, has_subjects: bool) -> Problems:
    if has_subjects and draft.guided_subject_id is None:
        return {"sujet": "Choisissez le sujet le plus proche."}
    return {} if has_subjects or draft.subject else {"sujet": "Précisez le sujet en quelques mots."}


def _citizen_problems(draft: Draft, organisations: list[ReachableOrganisation]) -> Problems:
    found: Problems = {}
    if not draft.first_name:
        found["prenom"] = "Saisissez le prénom de l’usager."
    if not draft.last_name:
        found["nom"] = "Saisissez le nom de famille de l’usager."
    if not draft.birth:
        found["naissance"] = "Saisissez la date de naissance, ou seulement l’année."
    details = {detail.label: detail for detail in draft.details}
    for number, asked in enumerate(asked_fields(draft, organisations), start=1):
        if problem := _asked_problem(asked.label, details.get(asked.label)):
            found[f"demande-{number}"] = problem
    return found


def _asked_problem(label: str, detail: Detail | None) -> str:
    """Silence is no answer, and neither are two. Source: features.md N6."""
    if detail is None or not (detail.value or detail.unknown):
        return f"{label} : saisissez-le, ou cochez « non connu »."
    if detail.value and detail.unknown:
        return f"{label} : il est saisi, et « non connu » est coché. Décochez la case, ou effacez ce qui est saisi."
    return ""


def _problem_problems(draft: Draft) -> Problems:
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


def incomplete_steps(
    draft: Draft, organisations: list[ReachableOrganisation], *, has_subjects: bool
) -> list[WizardStep]:
    """The steps that keep the draft from being sent."""
    return [step for step in _ORDER[draft.mode] if problems(step, draft, organisations, has_subjects=has_subjects)]
