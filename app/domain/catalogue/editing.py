"""Changing the catalogue: add, edit, withdraw, restore, move, take back. In use at once: nothing of it is cached.

One transaction a verb, one change in the history for each entry that it changed. Source: features.md P8.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor, Side
from app.domain.accounts.duties import Duty, require
from app.domain.catalogue.entries import SHELVES, Entry, Kind, State, entries, entry_of, insert, one_editor, write
from app.domain.catalogue.history import changes_of, record_change, version_of
from app.domain.catalogue.relabel_drafts import follow_label, follow_subject
from app.domain.catalogue.rules import IDENTITY, check
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.search.people_and_teams import index_organisation
from db.engine import transaction


class ChangedMeanwhile(Conflict):
    """Somebody else kept another version while this one was being written."""


def _may(actor: Actor, kind: Kind, state: State) -> None:
    """Phrases are their team's managers'; the rest is the admins'. Raises Refused, NotFound."""
    if kind != Kind.PHRASE:
        require(actor, Duty.KEEP_CATALOGUE)
    elif not any(seat.manager and seat.side == Side.REFERENT and seat.team_id == state["team"] for seat in actor.seats):
        raise Refused("Les phrases toutes prêtes d’une équipe sont tenues par ses responsables.")


async def entry_for(actor: Actor, kind: Kind, entry_id: int) -> Entry:
    """An entry that the actor may change. First name, last name and birth are the form's own. Raises NotFound."""
    if kind != Kind.PHRASE:
        require(actor, Duty.KEEP_CATALOGUE)
    entry = await entry_of(kind, entry_id)
    if entry is None or entry.state.get("group") == IDENTITY:
        raise NotFound("Cette fiche n’existe pas, ou n’existe plus.")
    _may(actor, kind, entry.state)
    return entry


async def add(actor: Actor, kind: Kind, typed: State, now: datetime) -> int:
    """At the end of its list. Raises Invalid, Refused, NotFound."""
    _may(actor, kind, typed)
    async with transaction():
        await one_editor()
        state = {**typed, "withdrawn": False}
        if SHELVES[kind].ordered:
            state["position"] = 1 + max((other.state["position"] for other in await _beside(kind, state)), default=-1)
        await check(kind, None, state)
        entry_id = await insert(kind, state)
        await record_change(actor, kind, entry_id, {}, state, now)
    return entry_id


async def edit(actor: Actor, kind: Kind, entry_id: int, typed: State, *, seen: int, now: datetime) -> None:
    """seen is the version that the form showed. Raises Invalid, Refused, NotFound, ChangedMeanwhile."""
    async with transaction():
        entry = await _held(actor, kind, entry_id)
        if seen != await version_of(kind, entry_id):
            raise ChangedMeanwhile(await _told(kind, entry_id))
        await _change(actor, entry, _in_order(entry, typed), now)


async def withdraw(actor: Actor, kind: Kind, entry_id: int, now: datetime) -> None:
    """No longer offered; a second time changes nothing. Raises Refused, NotFound."""
    async with transaction():
        await _change(actor, await _held(actor, kind, entry_id), {"withdrawn": True}, now)


async def restore(actor: Actor, kind: Kind, entry_id: int, now: datetime) -> None:
    async with transaction():
        await _change(actor, await _held(actor, kind, entry_id), {"withdrawn": False}, now)


async def move(actor: Actor, kind: Kind, entry_id: int, *, up: bool, now: datetime) -> None:
    """One place up or down among those offered; at the end of the list nothing changes. Raises NotFound.

    Organisations are in the order of their names: there is none to change.
    """
    if not SHELVES[kind].ordered:
        raise NotFound("Ces fiches sont rangées par nom.")
    async with transaction():
        entry = await _held(actor, kind, entry_id)
        at = [other.id for other in await _line(entry)].index(entry_id)
        await _place(actor, entry, at + (-1 if up else 1), now)


async def _line(entry: Entry) -> list[Entry]:
    """What the entry is ordered among, itself included."""
    return [other for other in await _beside(entry.kind, entry.state) if not other.withdrawn or other.id == entry.id]


async def _place(actor: Actor, entry: Entry, there: int, now: datetime, undoes: int | None = None) -> None:
    line = [other for other in await _line(entry) if other.id != entry.id]
    line.insert(max(there, 0), entry)
    for place, other in enumerate(line):
        await _change(actor, other, {"position": place}, now, undoes if other.id == entry.id else None)


async def undo(actor: Actor, kind: Kind, change_id: int, now: datetime) -> int:
    """A new change that puts back what was there; of a new entry, its withdrawal. Returns the entry.

    Raises Refused, NotFound; Conflict when the same thing was changed since.
    """
    async with transaction():
        await one_editor()
        found = await changes_of(kind, change_id=change_id)
        if not found:
            raise NotFound("Ce changement n’existe pas.")
        (change,) = found
        entry = await _held(actor, kind, change.entry_id)
        if not change.holds(entry):
            raise Conflict("La fiche a encore changé depuis : annulez d’abord le changement le plus récent.")
        if change.names == ["position"]:
            await _place(actor, entry, change.before["position"], now, undoes=change_id)
            return entry.id
        former = {name: change.before[name] for name in change.names} if change.before else {"withdrawn": True}
        try:
            await _change(actor, entry, former, now, undoes=change_id)
        except Invalid as refused:
            raise Conflict(f"Ce changement ne peut plus être annulé. {refused}") from refused
    return change.entry_id


async def _held(actor: Actor, kind: Kind, entry_id: int) -> Entry:
    """The entry, which nobody else changes until the transaction ends."""
    await one_editor()
    return await entry_for(actor, kind, entry_id)


async def _change(actor: Actor, entry: Entry, wanted: State, now: datetime, undoes: int | None = None) -> None:
    """Only what differs is written and recorded."""
    after = {**entry.state, **wanted}
    changed = {name: value for name, value in after.items() if value != entry.state[name]}
    if not changed:
        return
    if changed.keys() - {"position", "withdrawn"}:
        await check(entry.kind, entry, after)
    await write(entry.kind, entry.id, changed, now)
    await record_change(actor, entry.kind, entry.id, entry.state, after, now, undoes)
    if entry.kind == Kind.FIELD and "label" in changed:
        await follow_label(entry.state["label"], after["label"])
    if entry.kind == Kind.SUBJECT and "name" in changed:
        await follow_subject(entry.id, entry.state["name"], after["name"])
    if entry.kind == Kind.ORGANISATION and changed.keys() & {"acronym", "name"}:
        await index_organisation(entry.id)


async def _beside(kind: Kind, state: State) -> list[Entry]:
    """What it is ordered among."""
    within = SHELVES[kind].within
    return [other for other in await entries(kind) if not within or other.state[within] == state[within]]


def _in_order(entry: Entry, typed: State) -> State:
    """Organisations that were contacted already keep their order; the others come after."""
    if "organisations" not in typed:
        return typed
    chosen = typed["organisations"]
    kept = [organisation for organisation in entry.state["organisations"] if organisation in chosen]
    return {**typed, "organisations": [*kept, *(one for one in chosen if one not in kept)]}


async def _told(kind: Kind, entry_id: int) -> str:
    by = (await changes_of(kind, entry_id))[0].by
    return (
        f"{by} a changé cette fiche pendant que vous l’écriviez. Rien de ce que vous avez saisi n’est perdu : comparez "
        "les deux versions ci-dessous, corrigez la vôtre, puis enregistrez-la."
    )
