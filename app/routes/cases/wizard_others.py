"""What another page has kept of the same step, in the words of the page; and what comes after the draft was sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import FormMultiDict

from app import labels
from app.domain.accounts.actor import Actor
from app.domain.cases.draft import Detail, Draft, Mode, load_draft, sent_at
from app.domain.cases.form_saves import Fields, Save, others
from app.domain.cases.steps import WizardStep
from app.domain.catalogue.guided import categories, subjects_of
from app.domain.mandates.mandate import MandateKind
from app.domain.teams.reachability import organisations_in
from app.routes.cases.saves import TAKE, typed_fields
from app.routes.cases.wizard_check import step_rows
from app.routes.forms import Form
from app.routes.respond import page, wants_fragment

Row = tuple[str, str]
Names = dict[str, dict[str, str]]
"""Of a field, each value and what the page calls it."""
_LABELS = {
    "sujet": "Sujet",
    "prenom": "Prénom",
    "nom": "Nom de famille",
    "naissance": "Date de naissance",
    "objet": "Sujet",
    "description": "Description du blocage",
    "raison": "Pourquoi est-ce urgent ?",
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


def form_of(fields: Fields) -> Form:
    """As a button that stays on the step posts it: taking another page's text back is not « Continuer »."""
    return Form(FormMultiDict((*fields, ("rester-ici", TAKE))))


async def other_texts(actor: Actor, draft_id: UUID, step: WizardStep, saves: list[Save], key: str) -> list[OtherText]:
    found = others(saves, key)
    if not found:
        return []
    draft = await load_draft(actor, draft_id)
    named = await _names(draft)
    return [OtherText(one.version, one.saved_at, await _rows(actor, draft, step, one, named)) for one in found]


async def _rows(actor: Actor, draft: Draft, step: WizardStep, save: Save, named: Names) -> list[Row]:
    return await step_rows(actor, draft, step) if save.main else rows_of(save.fields, named)


async def _names(draft: Draft) -> Names:
    subjects = await subjects_of(draft.category_id) if draft.category_id else []
    return {
        "mode": {Mode.GUIDED: "Mode guidé", Mode.FREE: "Choisir les organismes"},
        "categorie": {str(one.id): one.name for one in await categories()},
        "sujet": {str(one.id): one.name for one in subjects},
        "organismes": {str(one.id): one.acronym for one in await organisations_in(draft.area, draft.team_id)},
        "mandat": {kind.value: labels.MANDATE[kind] for kind in MandateKind},
        "urgente": {"oui": "Oui"},
    }


def rows_of(fields: Fields, named: Names) -> list[Row]:
    """Pure. Several values of one field are one row."""
    own = {name.removeprefix("libelle-"): value for name, value in fields if name.startswith("libelle-")}
    rows: dict[str, list[str]] = {}
    for name, value in fields:
        field = name.removeprefix("inconnu-")
        label = own.get(field) or _LABELS.get(field, "")
        if label and value:
            shown = "non connu" if field != name else named.get(name, {}).get(value, value)
            rows.setdefault(label, []).append(shown)
    return [(label, ", ".join(values)) for label, values in rows.items()]


def as_posted(draft: Draft, form: Form) -> Draft:
    """The draft as this page shows it: what it has chosen stays ticked in a form that is shown again."""
    chosen = replace(
        draft,
        mode=Mode(form.typed("mode")) if form.typed("mode") in list(Mode) else draft.mode,
        category_id=form.number("categorie") or draft.category_id,
        organisations=frozenset(form.numbers("organismes")) if form.checked("montre") else draft.organisations,
    )
    if not form.checked("en-mots") and form.number("sujet"):
        chosen = replace(chosen, guided_subject_id=form.number("sujet"))
    named = {name.removeprefix("libelle-"): form.typed(name) for name in dict(form.data) if name.startswith("libelle-")}
    if not named:
        return chosen
    details = (Detail(label, form.typed(name), form.checked(f"inconnu-{name}")) for name, label in named.items())
    return replace(chosen, details=tuple(details))


async def too_late(request: Request[Any, Any, Any], actor: Actor, draft_id: UUID, form: Form) -> Response[Any]:
    """The draft was sent from another page: this one says so, and what was typed stays to be copied (410).

    For an open page, the sentence alone beside its form.
    """
    alone = form.checked("enregistrer") or wants_fragment(request)
    rows = rows_of(typed_fields(form), {})
    context = {"sent": await sent_at(draft_id), "case_id": draft_id, "rows": rows}
    answer = page("wizard/_envoyee.html" if alone else "wizard/envoyee.html", status=410, **context)
    if alone and not form.checked("enregistrer"):
        answer.headers.update({"HX-Retarget": "find [data-sending]", "HX-Reswap": "innerHTML"})
    return answer
