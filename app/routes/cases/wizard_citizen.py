"""The citizen step: identity, what the chosen organisations ask for, and any number of further fields.

Asked fields are numbered in the form (demande-1…), added ones too (ajout-1…), each beside its label.
"""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.steps import Problems, asked_fields
from app.domain.cases.draft.view import Detail, Draft
from app.domain.catalogue.fields import further_labels, labels_ever
from app.domain.teams.reachability import organisations_in
from app.routes.forms import PLAIN, Form

Req = Request[Any, Any, Any]
_IDENTITY = {"prenom": "first_name", "nom": "last_name", "naissance": "birth"}


async def show(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    asked = asked_fields(draft, await organisations_in(draft.area, draft.team_id))
    labels = {field.label for field in asked}
    kept = {detail.label: detail for detail in draft.details} | (_typed(form, await labels_ever()) if form else {})
    added = [kept[detail.label] for detail in draft.details if detail.label not in labels]
    identity = {"prenom": draft.first_name, "nom": draft.last_name, "naissance": draft.birth}
    return {
        "identity": {name: form.typed(name) if form else value for name, value in identity.items()},
        "asked": [
            (number, field, kept.get(field.label, Detail(field.label, "")))
            for number, field in enumerate(asked, start=1)
        ],
        "added": list(enumerate(added, start=1)),
        "further": [label for label in await further_labels() if label not in labels | set(kept)],
        "chosen": form.typed("autres") if form else "",
    }


def _typed(form: Form, today: dict[str, str]) -> dict[str, Detail]:
    """By label and not by number: another field may be asked by now, or this one be called otherwise."""
    return {
        label: Detail(label, form.typed(name), form.checked(f"inconnu-{name}")) for name, label in _fields(form, today)
    }


async def keep(actor: Actor, held: HeldDraft, draft: Draft, form: Form, now: datetime) -> Problems:
    values, errors = form.readable(dict.fromkeys(_IDENTITY, PLAIN))
    asked = asked_fields(draft, await organisations_in(draft.area, draft.team_id))
    details, wrong = _details(draft, form, {field.label for field in asked}, await labels_ever())
    identity = {_IDENTITY[name]: value for name, value in values.items()}
    await save_citizen(actor, held, identity, await _with_added(form, details), now)
    return errors | wrong | _pending(form)


def _pending(form: Form) -> Problems:
    """A field chosen under « Autres » is added by its button alone: the page never goes on without it in silence."""
    chosen, adds = form.typed("autres"), form.typed("rester-ici") == "autres"
    if adds and not chosen:
        return {"autres": "Choisissez le champ à ajouter."}
    if chosen and not adds:
        return {
            "autres": f"« {chosen} » n’est pas encore ajouté : pressez « Ajouter ce champ », ou « Choisir un champ »."
        }
    return {}


def _details(draft: Draft, form: Form, asked: set[str], today: dict[str, str]) -> tuple[list[Detail], Problems]:
    """Every field of the form, by its hidden label; an unreadable one keeps its former value and says so."""
    former = {detail.label: detail for detail in draft.details}
    known = asked | set(former) | set(today.values())
    dropped = form.typed("retirer")
    details: dict[str, Detail] = {}
    errors: Problems = {}
    for name, label in _fields(form, today):
        if label not in known or label == today.get(dropped, dropped):
            continue
        values, wrong = form.readable({name: PLAIN})
        errors.update(wrong)
        value = values.get(name, former[label].value if label in former else "")
        unknown = form.checked(f"inconnu-{name}") or _still_unknown(former.get(label), name, value)
        if value or unknown or label in set(former) - asked:
            details.setdefault(label, Detail(label, value, unknown))
    return list(details.values()), errors


def _still_unknown(former: Detail | None, name: str, value: str) -> bool:
    """A field that no chosen organisation asks for shows no « non connu »: the answer waits until words replace it."""
    return name.startswith("ajout-") and former is not None and former.unknown and not value


def _fields(form: Form, today: dict[str, str]) -> list[tuple[str, str]]:
    """Each field's name in the form and its label, as the catalogue calls it today."""
    names = [name for name in dict(form.data) if name.startswith("libelle-")]
    return [(name.removeprefix("libelle-"), today.get(form.typed(name), form.typed(name))) for name in names]


async def _with_added(form: Form, details: list[Detail]) -> list[Detail]:
    """« Ajouter ce champ » adds the field chosen under « Autres », empty."""
    chosen = form.typed("autres") if form.typed("rester-ici") == "autres" else ""
    present = {detail.label for detail in details}
    if chosen in await further_labels() and chosen not in present:
        return [*details, Detail(chosen, "")]
    return details
