"""The text that another page has saved of the same step, and the page of a draft that was already sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import FormMultiDict

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail, Draft, load_editable_draft, load_sent_at
from app.domain.cases.draft.steps import WizardStep
from app.domain.cases.form_saves import Fields, SavedForm, list_other_saves
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.catalogue.names import load_category_names, load_organisation_acronyms, load_subject_names
from app.domain.teams.areas import list_areas
from app.routes.cases.form_saves import TAKE_BUTTON, list_typed_fields
from app.routes.cases.wizard_check import list_step_rows
from app.routes.cases.wizard_plain import MODES
from app.routes.forms import Form
from app.routes.respond import build_form_notice, build_page, wants_fragment
from app.text import labels

Row = tuple[str, str]
ValueNames = dict[str, dict[str, str]]
"""Field -> value -> label of that value."""
_LABELS = labels.TEXT_FIELDS | {
    "prenom": "Prénom",
    "nom": "Nom de famille",
    "naissance": "Date de naissance",
    "urgente": "Urgente",
    "mandat": "Mandat",
    "signature": "Date de signature",
    "telephone": "Numéro de mobile de l’usager",
    "appel": "Date de l’appel",
    "motif": "Pourquoi aucun autre moyen n’était possible",
    "mode": "Mode",
    "categorie": "Catégorie",
    "organismes": "Organismes",
    "territoire": "Territoire",
}


@dataclass(frozen=True)
class OtherText:
    """rows holds (label, value). version changes with each save."""

    version: str
    saved_at: datetime
    rows: list[Row]


def make_form(fields: Fields, draft: Draft) -> Form:
    """The form of a button that stays on the step: taking the text of another page is not « Continuer ».

    Boxes ticked in the draft since then count as shown, so that a text without them unticks them.
    """
    since = [("montre", " ".join(map(str, draft.organisations)))] if "montre" in dict(fields) else []
    return Form(FormMultiDict((*fields, *since, ("rester-ici", TAKE_BUTTON))))


async def list_other_texts(
    actor: Actor, draft_id: UUID, step: WizardStep, saves: list[SavedForm], key: str
) -> list[OtherText]:
    found = list_other_saves(saves, key)
    if not found:
        return []
    draft, named = await load_editable_draft(actor, draft_id), await _load_value_names()
    return [OtherText(one.version, one.saved_at, await _load_rows(actor, draft, step, one, named)) for one in found]


async def _load_rows(actor: Actor, draft: Draft, step: WizardStep, save: SavedForm, named: ValueNames) -> list[Row]:
    """The rows as their page saved them, since some answers are not in the draft before « Continuer »."""
    return build_rows(save.fields, named) if save.content else await list_step_rows(actor, draft, step)


async def _load_value_names() -> ValueNames:
    return {
        "mode": {mode["value"]: mode["label"] for mode in MODES},
        "categorie": _index_by_value(await load_category_names()),
        "sujet": _index_by_value(await load_subject_names()),
        "organismes": _index_by_value(await load_organisation_acronyms()),
        "territoire": {area.code: area.name for area in await list_areas()},
        "mandat": {kind.value: labels.MANDATE[kind] for kind in MandateKind},
        "urgente": {"oui": "Oui"},
    }


def _index_by_value(named: dict[int, str]) -> dict[str, str]:
    return {str(known): name for known, name in named.items()}


def build_rows(fields: Fields, named: ValueNames) -> list[Row]:
    """Several values of one field form one row. A value without a label is left out."""
    values = dict(fields)
    own = {name.removeprefix("libelle-"): value for name, value in fields if name.startswith("libelle-")}
    named = {**named, "sujet": {values.get("sujet", ""): values.get("sujet", "")}} if "en-mots" in values else named
    rows: dict[str, list[str]] = {}
    for name, value in fields:
        field = name.removeprefix("inconnu-")
        label = own.get(field) or _LABELS.get(field, "")
        shown = "non connu" if field != name else named[name].get(value, "") if name in named else value
        if label and shown:
            rows.setdefault(label, []).append(shown)
    if "montre" in values and "organismes" not in values:
        rows[_LABELS["organismes"]] = ["aucun"]
    return [(label, ", ".join(shown)) for label, shown in rows.items()]


def apply_posted(draft: Draft, form: Form) -> Draft:
    """The draft with the boxes and fields of the posted form, so that a form shown again keeps them."""
    ticked = frozenset(form.read_numbers("organismes")) if form.has_field("montre") else draft.organisations
    named = {
        name.removeprefix("libelle-"): form.read_as_typed(name)
        for name in dict(form.data)
        if name.startswith("libelle-")
    }
    details = tuple(
        CitizenDetail(label, form.read_as_typed(name), form.has_field(f"inconnu-{name}"))
        for name, label in named.items()
    )
    return replace(draft, organisations=ticked, details=details or draft.details)


async def build_already_sent_page(
    request: Request[Any, Any, Any], actor: Actor, draft_id: UUID, form: Form
) -> Response[Any]:
    """410: another page has sent the draft. What was typed is shown, to be copied.

    For htmx, only the notice beside the form.
    """
    said: dict[str, Any] = {"sent": await load_sent_at(draft_id), "case_id": draft_id}
    if form.has_field("enregistrer"):
        return build_page("wizard/_envoyee.html", status=410, **said)
    if wants_fragment(request):
        return build_form_notice("wizard/_envoyee.html", 410, **said)
    return build_page(
        "wizard/envoyee.html", status=410, rows=build_rows(list_typed_fields(form), await _load_value_names()), **said
    )
