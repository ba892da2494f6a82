"""What another page has kept of the same step, in the words of the page; and what comes after the draft was sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import FormMultiDict

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.steps import WizardStep
from app.domain.cases.draft.view import Detail, Draft, load_draft, sent_at
from app.domain.cases.form_saves import Fields, Save, others
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.catalogue.names import category_names, organisation_names, subject_names
from app.domain.teams.areas import all_areas
from app.routes.cases.saves import TAKE, typed_fields
from app.routes.cases.wizard_check import step_rows
from app.routes.cases.wizard_plain import MODES
from app.routes.forms import Form
from app.routes.respond import beside_the_form, page, wants_fragment
from app.text import labels

Row = tuple[str, str]
Names = dict[str, dict[str, str]]
"""Of a field, each value and what the page calls it."""
_LABELS = labels.TYPED | {
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
    """version names it until it changes. rows: label, value."""

    version: str
    saved_at: datetime
    rows: list[Row]


def form_of(fields: Fields, draft: Draft) -> Form:
    """As a button that stays on the step posts it: taking another page's text back is not « Continuer ».

    The boxes that the draft has ticked since count as offered: a text without them unticks them.
    """
    since = [("montre", " ".join(map(str, draft.organisations)))] if "montre" in dict(fields) else []
    return Form(FormMultiDict((*fields, *since, ("rester-ici", TAKE))))


async def other_texts(actor: Actor, draft_id: UUID, step: WizardStep, saves: list[Save], key: str) -> list[OtherText]:
    found = others(saves, key)
    if not found:
        return []
    draft, named = await load_draft(actor, draft_id), await _names()
    return [OtherText(one.version, one.saved_at, await _rows(actor, draft, step, one, named)) for one in found]


async def _rows(actor: Actor, draft: Draft, step: WizardStep, save: Save, named: Names) -> list[Row]:
    """As its page saved it, for some answers wait for « Continuer » out of the draft; else from the draft."""
    return rows_of(save.fields, named) if save.content else await step_rows(actor, draft, step)


async def _names() -> Names:
    return {
        "mode": {mode["value"]: mode["label"] for mode in MODES},
        "categorie": _by_value(await category_names()),
        "sujet": _by_value(await subject_names()),
        "organismes": _by_value(await organisation_names()),
        "territoire": {area.code: area.name for area in await all_areas()},
        "mandat": {kind.value: labels.MANDATE[kind] for kind in MandateKind},
        "urgente": {"oui": "Oui"},
    }


def _by_value(named: dict[int, str]) -> dict[str, str]:
    return {str(known): name for known, name in named.items()}


def rows_of(fields: Fields, named: Names) -> list[Row]:
    """Pure. Several values of one field are one row; a value without a name is left out."""
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


def as_posted(draft: Draft, form: Form) -> Draft:
    """The draft as this page shows it: what it has ticked and typed stays in a form that is shown again."""
    ticked = frozenset(form.numbers("organismes")) if form.checked("montre") else draft.organisations
    named = {name.removeprefix("libelle-"): form.typed(name) for name in dict(form.data) if name.startswith("libelle-")}
    details = tuple(Detail(label, form.typed(name), form.checked(f"inconnu-{name}")) for name, label in named.items())
    return replace(draft, organisations=ticked, details=details or draft.details)


async def too_late(request: Request[Any, Any, Any], actor: Actor, draft_id: UUID, form: Form) -> Response[Any]:
    """The draft was sent from another page: this one says so, and what was typed stays to be copied (410).

    For an open page, the sentence alone beside its form.
    """
    said: dict[str, Any] = {"sent": await sent_at(draft_id), "case_id": draft_id}
    if form.checked("enregistrer"):
        return page("wizard/_envoyee.html", status=410, **said)
    if wants_fragment(request):
        return beside_the_form("wizard/_envoyee.html", 410, **said)
    return page("wizard/envoyee.html", status=410, rows=rows_of(typed_fields(form), await _names()), **said)
