"""An entry's form: what was typed as the domain's values, and the domain's values as the form shows them."""

from typing import Any

from app.domain.catalogue.entries import Kind, State, entries
from app.domain.catalogue.rules import FIELDS, GROUPS, IDENTITY
from app.domain.errors import Invalid
from app.routes.forms import PLAIN, Form
from app.text.labels.catalogue import GROUP, ROLE

_CHOICES = {"kind": "role", "group": "groupe"}
_NUMBERS = {"asked_field": "champ", "category": "categorie"}
_OF = {
    Kind.ORGANISATION: ("kind", "asked_field"),
    Kind.FIELD: ("group",),
    Kind.CATEGORY: (),
    Kind.SUBJECT: ("category",),
}


def read(kind: Kind, form: Form) -> State:
    """Lengths are the domain's to judge. Raises Invalid for what cannot be read at all."""
    names = {field: PLAIN for field, _ in FIELDS[kind].values()}
    values, errors = form.readable(names)
    if errors:
        raise Invalid(**errors)
    state: State = {name: values[field] for name, (field, _) in FIELDS[kind].items()}
    for name in _OF[kind]:
        state[name] = form.typed(_CHOICES[name]) if name in _CHOICES else form.number(_NUMBERS[name])
    if kind in (Kind.CATEGORY, Kind.SUBJECT):
        state["organisations"] = list(dict.fromkeys(form.numbers("organismes")))
    return state


def as_kept(kind: Kind, state: State) -> dict[str, Any]:
    """The form's values of an entry."""
    texts = {field: state[name] for name, (field, _) in FIELDS[kind].items()}
    chosen = {(_CHOICES | _NUMBERS)[name]: "" if state[name] is None else state[name] for name in _OF[kind]}
    return {**texts, **chosen, "organismes": [str(one) for one in state.get("organisations", [])]}


def as_typed(kind: Kind, form: Form) -> dict[str, Any]:
    texts = {field: form.typed(field) for field, _ in FIELDS[kind].values()}
    chosen = {(_CHOICES | _NUMBERS)[name]: form.typed((_CHOICES | _NUMBERS)[name]) for name in _OF[kind]}
    return {**texts, **chosen, "organismes": form.many("organismes")}


def empty(kind: Kind, category: str = "") -> dict[str, Any]:
    texts = {field: "" for field, _ in FIELDS[kind].values()}
    chosen = {"role": "operator", "groupe": GROUPS[0], "champ": "", "categorie": category}
    return {**texts, **chosen, "organismes": []}


async def offered(typed: dict[str, Any]) -> dict[str, Any]:
    """What the form lets choose: what is offered, and what the entry already has."""
    organisations = [one for one in await entries(Kind.ORGANISATION) if one.state["kind"] == "operator"]
    return {
        "roles": [{"value": code, "label": label} for code, label in ROLE.items()],
        "groups": [{"value": code, "label": label} for code, label in GROUP.items()],
        "fields": [
            {"id": one.id, "name": one.name}
            for one in await entries(Kind.FIELD)
            if one.state["group"] != IDENTITY and _still(one.id, withdrawn=one.withdrawn, kept=[typed.get("champ")])
        ],
        "categories": [
            {"id": one.id, "name": one.name}
            for one in await entries(Kind.CATEGORY)
            if _still(one.id, withdrawn=one.withdrawn, kept=[typed.get("categorie")])
        ],
        "organisations": [
            {"value": one.id, "label": f"{one.name} – {one.state['name']}" + (" (retiré)" if one.withdrawn else "")}
            for one in organisations
            if _still(one.id, withdrawn=one.withdrawn, kept=typed["organismes"])
        ],
    }


def _still(entry_id: int, *, withdrawn: bool, kept: list[Any]) -> bool:
    return not withdrawn or str(entry_id) in map(str, kept)
