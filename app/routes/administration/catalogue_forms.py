"""The form of an entry: from typed values to the domain's values, and back."""

from typing import Any

from app.domain.catalogue.entries import EntryKind, EntryState, load_entries
from app.domain.catalogue.rules import FIELD_GROUPS, IDENTITY_GROUP, TEXT_FIELDS
from app.domain.errors import Invalid
from app.routes.forms import MAX_FORM_BYTES, Form
from app.text.labels.catalogue import GROUP, ROLE

_CODE_FIELDS = {"kind": "role", "group": "groupe"}
_NUMBER_FIELDS = {"asked_field": "champ", "category": "categorie"}
_CHOICES_OF_KIND = {
    EntryKind.ORGANISATION: ("kind", "asked_field"),
    EntryKind.FIELD: ("group",),
    EntryKind.CATEGORY: (),
    EntryKind.SUBJECT: ("category",),
}


def read_state(kind: EntryKind, form: Form) -> EntryState:
    """The domain checks the lengths. Raises Invalid when a text is unreadable."""
    names = {field: MAX_FORM_BYTES for field, _ in TEXT_FIELDS[kind].values()}
    values, errors = form.read_valid_texts(names)
    if errors:
        raise Invalid(**errors)
    state: EntryState = {name: values[field] for name, (field, _) in TEXT_FIELDS[kind].items()}
    for name in _CHOICES_OF_KIND[kind]:
        state[name] = (
            form.read_as_typed(_CODE_FIELDS[name]) if name in _CODE_FIELDS else form.read_number(_NUMBER_FIELDS[name])
        )
    if kind in (EntryKind.CATEGORY, EntryKind.SUBJECT):
        state["organisations"] = list(dict.fromkeys(form.read_numbers("organismes")))
    return state


def list_saved_values(kind: EntryKind, state: EntryState) -> dict[str, Any]:
    texts = {field: state[name] for name, (field, _) in TEXT_FIELDS[kind].items()}
    chosen = {
        (_CODE_FIELDS | _NUMBER_FIELDS)[name]: "" if state[name] is None else state[name]
        for name in _CHOICES_OF_KIND[kind]
    }
    return {**texts, **chosen, "organismes": [str(one) for one in state.get("organisations", [])]}


def list_typed_values(kind: EntryKind, form: Form) -> dict[str, Any]:
    texts = {field: form.read_as_typed(field) for field, _ in TEXT_FIELDS[kind].values()}
    chosen = {
        (_CODE_FIELDS | _NUMBER_FIELDS)[name]: form.read_as_typed((_CODE_FIELDS | _NUMBER_FIELDS)[name])
        for name in _CHOICES_OF_KIND[kind]
    }
    return {**texts, **chosen, "organismes": form.read_texts("organismes")}


def list_empty_values(kind: EntryKind, category: str = "") -> dict[str, Any]:
    texts = {field: "" for field, _ in TEXT_FIELDS[kind].values()}
    chosen = {"role": "operator", "groupe": FIELD_GROUPS[0], "champ": "", "categorie": category}
    return {**texts, **chosen, "organismes": []}


async def load_form_choices(typed: dict[str, Any]) -> dict[str, Any]:
    """What the form offers: entries that are not withdrawn, and those that the edited entry already uses."""
    organisations = [one for one in await load_entries(EntryKind.ORGANISATION) if one.state["kind"] == "operator"]
    return {
        "roles": [{"value": code, "label": label} for code, label in ROLE.items()],
        "groups": [{"value": code, "label": label} for code, label in GROUP.items()],
        "fields": [
            {"id": one.id, "name": one.name}
            for one in await load_entries(EntryKind.FIELD)
            if one.state["group"] != IDENTITY_GROUP
            and _is_offered(one.id, withdrawn=one.withdrawn, kept=[typed.get("champ")])
        ],
        "categories": [
            {"id": one.id, "name": one.name}
            for one in await load_entries(EntryKind.CATEGORY)
            if _is_offered(one.id, withdrawn=one.withdrawn, kept=[typed.get("categorie")])
        ],
        "organisations": [
            {"value": one.id, "label": f"{one.name} – {one.state['name']}" + (" (retiré)" if one.withdrawn else "")}
            for one in organisations
            if _is_offered(one.id, withdrawn=one.withdrawn, kept=typed["organismes"])
        ],
    }


def _is_offered(entry_id: int, *, withdrawn: bool, kept: list[Any]) -> bool:
    return not withdrawn or str(entry_id) in map(str, kept)
