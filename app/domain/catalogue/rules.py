"""The rules that an entry must follow to be saved. Raises Invalid by field of the form."""

from collections.abc import Collection, Mapping

from app.domain.catalogue.entries import ENTRY_TABLES, Entry, EntryKind, EntryState, load_entries
from app.domain.catalogue.phrases import find_phrase_errors
from app.domain.errors import Invalid
from app.domain.text_length import format_length_error
from db.search import fold_text
from db.tables.teams import Team

TEXT_FIELDS: Mapping[EntryKind, Mapping[str, tuple[str, int]]] = {
    EntryKind.ORGANISATION: {"acronym": ("sigle", 30), "name": ("nom", 120), "notice": ("consigne", 2000)},
    EntryKind.FIELD: {"label": ("libelle", 80), "hint": ("aide", 200)},
    EntryKind.CATEGORY: {"name": ("nom", 60), "description": ("description", 200)},
    EntryKind.SUBJECT: {"name": ("nom", 120), "procedure": ("procedure", 4000)},
    EntryKind.PHRASE: {"title": ("titre", 80), "body": ("texte", 2000)},
}
"""For each kind: name in EntryState -> name in the form, maximum length."""
_REQUIRED = {
    "acronym": "Donnez le sigle de l’organisme.",
    "name": "Donnez un nom.",
    "label": "Donnez un libellé.",
    "title": "Donnez un titre court, pour la retrouver dans la liste.",
    "body": "Écrivez la phrase.",
}
ORGANISATION_KINDS = ("operator", "helper")
FIELD_GROUPS = ("autres", "demande")
IDENTITY_GROUP = "identite"


async def check_entry(kind: EntryKind, before: Entry | None, state: EntryState) -> None:
    """`before` is None for a new entry. An entry may keep values that are not offered any more."""
    wrong = _find_text_errors(kind, state) | await _find_choice_errors(kind, before, state)
    name_field = TEXT_FIELDS[kind][ENTRY_TABLES[kind].name_column][0]
    if name_field not in wrong and (name_error := await _find_name_error(kind, before, state)):
        wrong[name_field] = name_error
    if wrong:
        raise Invalid(**wrong)


def _find_text_errors(kind: EntryKind, state: EntryState) -> dict[str, str]:
    wrong = {}
    for name, (field, most) in TEXT_FIELDS[kind].items():
        if name in _REQUIRED and not state[name]:
            wrong[field] = _REQUIRED[name]
        elif len(state[name]) > most:
            wrong[field] = format_length_error(len(state[name]), most)
    return wrong


async def _find_name_error(kind: EntryKind, before: Entry | None, state: EntryState) -> str:
    """Names that differ only by accents or case count as the same. Titles of phrases may repeat."""
    shelf = ENTRY_TABLES[kind]
    if kind == EntryKind.PHRASE:
        return ""
    for other in await load_entries(kind):
        same_place = not shelf.parent_column or other.state[shelf.parent_column] == state[shelf.parent_column]
        if (
            same_place
            and fold_text(other.name) == fold_text(state[shelf.name_column])
            and (not before or other.id != before.id)
        ):
            again = " Elle est retirée : vous pouvez la rétablir." if other.withdrawn else ""
            return f"« {other.name} » est déjà le nom d’une autre fiche.{again} Choisissez un autre nom."
    return ""


async def _find_choice_errors(kind: EntryKind, before: Entry | None, state: EntryState) -> dict[str, str]:
    if kind == EntryKind.PHRASE:
        return find_phrase_errors(state)
    if kind == EntryKind.ORGANISATION:
        return await _find_organisation_errors(before, state)
    if kind == EntryKind.FIELD and state["group"] not in {*FIELD_GROUPS, *_list_current_values(before, "group")}:
        return {"groupe": "Choisissez où le champ est proposé."}
    if kind in (EntryKind.CATEGORY, EntryKind.SUBJECT):
        return await _find_link_errors(kind, before, state)
    return {}


async def _find_organisation_errors(before: Entry | None, state: EntryState) -> dict[str, str]:
    wrong = {}
    if state["kind"] not in ORGANISATION_KINDS:
        wrong["role"] = "Choisissez ce que fait cet organisme."
    elif before and before.state["kind"] != state["kind"] and await Team.exists().where(Team.organisation == before.id):
        wrong["role"] = (
            "Des équipes de cet organisme existent : son rôle ne peut plus changer, leurs demandes en dépendent."
        )
    if state["asked_field"] not in {
        None,
        *await _list_offered_ids(EntryKind.FIELD),
        *_list_current_values(before, "asked_field"),
    }:
        wrong["champ"] = "Choisissez un champ de la liste, ou « Aucun »."
    return wrong


async def _find_link_errors(kind: EntryKind, before: Entry | None, state: EntryState) -> dict[str, str]:
    wrong = {}
    operators = [one.id for one in await load_entries(EntryKind.ORGANISATION) if one.state["kind"] == "operator"]
    offered = (await _list_offered_ids(EntryKind.ORGANISATION)).intersection(operators)
    if not offered.union(before.state["organisations"] if before else ()).issuperset(state["organisations"]):
        wrong["organismes"] = "Un organisme choisi vient d’être retiré. Vérifiez la liste, puis enregistrez."
    categories = {*await _list_offered_ids(EntryKind.CATEGORY), *_list_current_values(before, "category")}
    if kind == EntryKind.SUBJECT and state["category"] not in categories:
        wrong["categorie"] = "Choisissez une catégorie de la liste."
    return wrong


async def _list_offered_ids(kind: EntryKind) -> frozenset[int]:
    return frozenset(entry.id for entry in await load_entries(kind) if not entry.withdrawn)


def _list_current_values(before: Entry | None, name: str) -> Collection[int | str | None]:
    return [before.state[name]] if before and name in before.state else []
