"""What an entry must be before it is kept. Raises Invalid with the names of the form's fields."""

from collections.abc import Collection, Mapping

from app.domain.catalogue.entries import SHELVES, Entry, Kind, State, entries
from app.domain.errors import Invalid
from app.domain.text_length import excess
from db.search import fold
from db.tables import Team

FIELDS: Mapping[Kind, Mapping[str, tuple[str, int]]] = {
    Kind.ORGANISATION: {"acronym": ("sigle", 30), "name": ("nom", 120), "notice": ("consigne", 2000)},
    Kind.FIELD: {"label": ("libelle", 80), "hint": ("aide", 200)},
    Kind.CATEGORY: {"name": ("nom", 60), "description": ("description", 200)},
    Kind.SUBJECT: {"name": ("nom", 120), "procedure": ("procedure", 4000)},
    Kind.PHRASE: {"title": ("titre", 80), "body": ("texte", 2000)},
}
"""The texts of each kind: name in a state -> name in the form, longest."""
_NEEDED = {
    "acronym": "Donnez le sigle de l’organisme.",
    "name": "Donnez un nom.",
    "label": "Donnez un libellé.",
    "title": "Donnez un titre court, pour la retrouver dans la liste.",
    "body": "Écrivez la phrase.",
}
ROLES = ("operator", "helper")
GROUPS = ("autres", "demande")
IDENTITY = "identite"


async def check(kind: Kind, before: Entry | None, state: State) -> None:
    """before is the entry as it is, None for a new one: what it already uses it may keep."""
    wrong = _wrong_texts(kind, state) | await _wrong_choices(kind, before, state)
    name_field = FIELDS[kind][SHELVES[kind].name][0]
    if name_field not in wrong and (told := await _taken(kind, before, state)):
        wrong[name_field] = told
    if wrong:
        raise Invalid(**wrong)


def _wrong_texts(kind: Kind, state: State) -> dict[str, str]:
    wrong = {}
    for name, (field, most) in FIELDS[kind].items():
        if name in _NEEDED and not state[name]:
            wrong[field] = _NEEDED[name]
        elif len(state[name]) > most:
            wrong[field] = excess(len(state[name]), most)
    return wrong


async def _taken(kind: Kind, before: Entry | None, state: State) -> str:
    """Names that differ only by accents or case are the same for whoever reads a list. A phrase's title may repeat."""
    shelf = SHELVES[kind]
    if kind == Kind.PHRASE:
        return ""
    for other in await entries(kind):
        same_place = not shelf.within or other.state[shelf.within] == state[shelf.within]
        if same_place and fold(other.name) == fold(state[shelf.name]) and (not before or other.id != before.id):
            again = " Elle est retirée : vous pouvez la rétablir." if other.withdrawn else ""
            return f"« {other.name} » est déjà le nom d’une autre fiche.{again} Choisissez un autre nom."
    return ""


async def _wrong_choices(kind: Kind, before: Entry | None, state: State) -> dict[str, str]:
    if kind == Kind.ORGANISATION:
        return await _wrong_organisation(before, state)
    if kind == Kind.FIELD and state["group"] not in {*GROUPS, *_kept(before, "group")}:
        return {"groupe": "Choisissez où le champ est proposé."}
    if kind in (Kind.CATEGORY, Kind.SUBJECT):
        return await _wrong_contacts(kind, before, state)
    return {}


async def _wrong_organisation(before: Entry | None, state: State) -> dict[str, str]:
    wrong = {}
    if state["kind"] not in ROLES:
        wrong["role"] = "Choisissez ce que fait cet organisme."
    elif before and before.state["kind"] != state["kind"] and await Team.exists().where(Team.organisation == before.id):
        wrong["role"] = (
            "Des équipes de cet organisme existent : son rôle ne peut plus changer, leurs demandes en dépendent."
        )
    if state["asked_field"] not in {None, *await _offered(Kind.FIELD), *_kept(before, "asked_field")}:
        wrong["champ"] = "Choisissez un champ de la liste, ou « Aucun »."
    return wrong


async def _wrong_contacts(kind: Kind, before: Entry | None, state: State) -> dict[str, str]:
    wrong = {}
    operators = [one.id for one in await entries(Kind.ORGANISATION) if one.state["kind"] == "operator"]
    offered = (await _offered(Kind.ORGANISATION)).intersection(operators)
    if not offered.union(before.state["organisations"] if before else ()).issuperset(state["organisations"]):
        wrong["organismes"] = "Un organisme choisi vient d’être retiré. Vérifiez la liste, puis enregistrez."
    categories = {*await _offered(Kind.CATEGORY), *_kept(before, "category")}
    if kind == Kind.SUBJECT and state["category"] not in categories:
        wrong["categorie"] = "Choisissez une catégorie de la liste."
    return wrong


async def _offered(kind: Kind) -> frozenset[int]:
    return frozenset(entry.id for entry in await entries(kind) if not entry.withdrawn)


def _kept(before: Entry | None, name: str) -> Collection[int | str | None]:
    return [before.state[name]] if before and name in before.state else []
