"""The citizen step: identity, the fields that the chosen organisations require, and further fields.

Required fields are numbered in the form (demande-1…), added ones too (ajout-1…). A hidden field has the label.
"""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail, Draft
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.steps import Problems, list_requested_fields
from app.domain.catalogue.fields import list_further_labels, load_label_history
from app.domain.teams.reachability import list_organisations_in_area
from app.routes.forms import MAX_FORM_BYTES, Form

Req = Request[Any, Any, Any]
_IDENTITY = {"prenom": "first_name", "nom": "last_name", "naissance": "birth"}


async def show(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    asked = list_requested_fields(draft, await list_organisations_in_area(draft.area, draft.team_id))
    labels = {field.label for field in asked}
    kept = {detail.label: detail for detail in draft.details} | (
        _read_typed_details(form, await load_label_history()) if form else {}
    )
    added = [kept[detail.label] for detail in draft.details if detail.label not in labels]
    identity = {"prenom": draft.first_name, "nom": draft.last_name, "naissance": draft.birth}
    return {
        "identity": {name: form.read_as_typed(name) if form else value for name, value in identity.items()},
        "asked": [
            (number, field, kept.get(field.label, CitizenDetail(field.label, "")))
            for number, field in enumerate(asked, start=1)
        ],
        "added": list(enumerate(added, start=1)),
        "further": [label for label in await list_further_labels() if label not in labels | set(kept)],
        "chosen": form.read_as_typed("autres") if form else "",
    }


def _read_typed_details(form: Form, today: dict[str, str]) -> dict[str, CitizenDetail]:
    """By label, since numbers change when another field is required. today maps former labels to present ones."""
    return {
        label: CitizenDetail(label, form.read_as_typed(name), form.has_field(f"inconnu-{name}"))
        for name, label in _list_detail_fields(form, today)
    }


async def keep(actor: Actor, held: LockedDraft, draft: Draft, form: Form, now: datetime) -> Problems:
    values, errors = form.read_valid_texts(dict.fromkeys(_IDENTITY, MAX_FORM_BYTES))
    asked = list_requested_fields(draft, await list_organisations_in_area(draft.area, draft.team_id))
    details, wrong = _read_details(draft, form, {field.label for field in asked}, await load_label_history())
    identity = {_IDENTITY[name]: value for name, value in values.items()}
    await save_citizen(actor, held, identity, await _add_chosen_field(form, details), now)
    return errors | wrong | _check_unadded_field(form)


def _check_unadded_field(form: Form) -> Problems:
    """A field chosen under « Autres » is added by its button only. The page does not continue without adding it."""
    chosen, adds = form.read_as_typed("autres"), form.read_as_typed("rester-ici") == "autres"
    if adds and not chosen:
        return {"autres": "Choisissez le champ à ajouter."}
    if chosen and not adds:
        return {
            "autres": f"« {chosen} » n’est pas encore ajouté : pressez « Ajouter ce champ », ou « Choisir un champ »."
        }
    return {}


def _read_details(
    draft: Draft, form: Form, asked: set[str], today: dict[str, str]
) -> tuple[list[CitizenDetail], Problems]:
    """Every field of the form, by its hidden label. An unreadable field keeps its former value and gets an error."""
    former = {detail.label: detail for detail in draft.details}
    known = asked | set(former) | set(today.values())
    dropped = form.read_as_typed("retirer")
    details: dict[str, CitizenDetail] = {}
    errors: Problems = {}
    for name, label in _list_detail_fields(form, today):
        if label not in known or label == today.get(dropped, dropped):
            continue
        values, wrong = form.read_valid_texts({name: MAX_FORM_BYTES})
        errors.update(wrong)
        value = values.get(name, former[label].value if label in former else "")
        unknown = form.has_field(f"inconnu-{name}") or _is_still_unknown(former.get(label), name, value)
        if value or unknown or label in set(former) - asked:
            details.setdefault(label, CitizenDetail(label, value, unknown))
    return list(details.values()), errors


def _is_still_unknown(former: CitizenDetail | None, name: str, value: str) -> bool:
    """An added field has no « non connu » box: its former answer remains until a value replaces it."""
    return name.startswith("ajout-") and former is not None and former.unknown and not value


def _list_detail_fields(form: Form, today: dict[str, str]) -> list[tuple[str, str]]:
    """Name of each field in the form, and its present label in the catalogue."""
    names = [name for name in dict(form.data) if name.startswith("libelle-")]
    return [
        (name.removeprefix("libelle-"), today.get(form.read_as_typed(name), form.read_as_typed(name))) for name in names
    ]


async def _add_chosen_field(form: Form, details: list[CitizenDetail]) -> list[CitizenDetail]:
    """« Ajouter ce champ » adds the field chosen under « Autres », without a value."""
    chosen = form.read_as_typed("autres") if form.read_as_typed("rester-ici") == "autres" else ""
    present = {detail.label for detail in details}
    if chosen in await list_further_labels() and chosen not in present:
        return [*details, CitizenDetail(chosen, "")]
    return details
