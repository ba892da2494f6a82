"""Changes the catalogue: add, edit, withdraw, restore, move, undo. A change applies at once: nothing is cached.

Each action is one transaction, and writes one change to the history of each entry that it changes. Source: features.md
P8.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.catalogue.entries import (
    ENTRY_TABLES,
    Entry,
    EntryKind,
    EntryState,
    find_entry,
    insert_entry,
    load_entries,
    lock_catalogue,
    write_entry,
)
from app.domain.catalogue.history import find_version, list_changes, record_change
from app.domain.catalogue.phrases import check_phrase_right
from app.domain.catalogue.relabel_drafts import relabel_draft_fields, relabel_draft_subjects
from app.domain.catalogue.rules import IDENTITY_GROUP, check_entry
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.search.people_and_teams import index_organisation
from db.engine import transaction


class EditConflict(Conflict):
    """Another person saved a new version while this one was being edited."""


def _check_right(actor: Actor, kind: EntryKind, state: EntryState) -> None:
    """Managers edit the phrases of their team, referents their own, admins the rest. Raises Forbidden, NotFound."""
    if kind != EntryKind.PHRASE:
        require_duty(actor, Duty.MANAGE_CATALOGUE)
    else:
        check_phrase_right(actor, state["team"], state["person"])


async def load_editable_entry(actor: Actor, kind: EntryKind, entry_id: int) -> Entry:
    """Raises NotFound, also for first name, last name and birth, which belong to the form. Raises Forbidden."""
    if kind != EntryKind.PHRASE:
        require_duty(actor, Duty.MANAGE_CATALOGUE)
    entry = await find_entry(kind, entry_id)
    if entry is None or entry.state.get("group") == IDENTITY_GROUP:
        raise NotFound("Cette fiche n’existe pas, ou n’existe plus.")
    _check_right(actor, kind, entry.state)
    return entry


async def create_entry(actor: Actor, kind: EntryKind, typed: EntryState, now: datetime) -> int:
    """Adds the entry at the end of its list. Returns its id. Raises Invalid, Forbidden, NotFound."""
    _check_right(actor, kind, typed)
    async with transaction():
        await lock_catalogue()
        state = {**typed, "withdrawn": False}
        if ENTRY_TABLES[kind].is_ordered:
            state["position"] = 1 + max(
                (other.state["position"] for other in await _list_siblings(kind, state)), default=-1
            )
        await check_entry(kind, None, state)
        entry_id = await insert_entry(kind, state)
        await record_change(actor, kind, entry_id, {}, state, now)
    return entry_id


async def edit_entry(
    actor: Actor, kind: EntryKind, entry_id: int, typed: EntryState, *, seen_version: int, now: datetime
) -> None:
    """`seen_version` is the version that the form showed. Raises Invalid, Forbidden, NotFound, EditConflict."""
    async with transaction():
        entry = await _lock_entry(actor, kind, entry_id)
        if seen_version != await find_version(kind, entry_id):
            raise EditConflict(await _format_conflict(kind, entry_id))
        await _apply_change(actor, entry, _sort_organisations(entry, typed), now)


async def withdraw_entry(actor: Actor, kind: EntryKind, entry_id: int, now: datetime) -> None:
    """A second time changes nothing. Raises Forbidden, NotFound."""
    async with transaction():
        await _apply_change(actor, await _lock_entry(actor, kind, entry_id), {"withdrawn": True}, now)


async def restore_entry(actor: Actor, kind: EntryKind, entry_id: int, now: datetime) -> None:
    async with transaction():
        await _apply_change(actor, await _lock_entry(actor, kind, entry_id), {"withdrawn": False}, now)


async def reorder_entry(actor: Actor, kind: EntryKind, entry_id: int, *, up: bool, now: datetime) -> None:
    """Moves the entry one place among those offered. At the end of the list nothing changes. Raises NotFound.

    Organisations are sorted by name and cannot be moved.
    """
    if not ENTRY_TABLES[kind].is_ordered:
        raise NotFound("Ces fiches sont rangées par nom.")
    async with transaction():
        entry = await _lock_entry(actor, kind, entry_id)
        at = [other.id for other in await _list_offered_siblings(entry)].index(entry_id)
        await _move_to_position(actor, entry, at + (-1 if up else 1), now)


async def _list_offered_siblings(entry: Entry) -> list[Entry]:
    """The entries that are offered in the same list, and the entry itself."""
    return [
        other for other in await _list_siblings(entry.kind, entry.state) if not other.withdrawn or other.id == entry.id
    ]


async def _move_to_position(
    actor: Actor, entry: Entry, position: int, now: datetime, undoes: int | None = None
) -> None:
    line = [other for other in await _list_offered_siblings(entry) if other.id != entry.id]
    line.insert(max(position, 0), entry)
    for place, other in enumerate(line):
        await _apply_change(actor, other, {"position": place}, now, undoes if other.id == entry.id else None)


async def revert_change(actor: Actor, kind: EntryKind, change_id: int, now: datetime) -> int:
    """Writes a new change that restores the former values, or withdraws a new entry. Returns the entry's id.

    Raises Forbidden, NotFound; Conflict when the same values have changed since.
    """
    async with transaction():
        await lock_catalogue()
        found = await list_changes(kind, change_id=change_id)
        if not found:
            raise NotFound("Ce changement n’existe pas.")
        (change,) = found
        entry = await _lock_entry(actor, kind, change.entry_id)
        if not change.can_undo(entry):
            raise Conflict("La fiche a encore changé depuis : annulez d’abord le changement le plus récent.")
        if change.changed_names == ["position"]:
            await _move_to_position(actor, entry, change.before["position"], now, undoes=change_id)
            return entry.id
        former = {name: change.before[name] for name in change.changed_names} if change.before else {"withdrawn": True}
        try:
            await _apply_change(actor, entry, former, now, undoes=change_id)
        except Invalid as refused:
            raise Conflict(f"Ce changement ne peut plus être annulé. {refused}") from refused
    return change.entry_id


async def _lock_entry(actor: Actor, kind: EntryKind, entry_id: int) -> Entry:
    """No other transaction changes the entry until this one ends."""
    await lock_catalogue()
    return await load_editable_entry(actor, kind, entry_id)


async def _apply_change(
    actor: Actor, entry: Entry, wanted: EntryState, now: datetime, undoes: int | None = None
) -> None:
    """Writes and records only the values that differ."""
    after = {**entry.state, **wanted}
    changed = {name: value for name, value in after.items() if value != entry.state[name]}
    if not changed:
        return
    if changed.keys() - {"position", "withdrawn"}:
        await check_entry(entry.kind, entry, after)
    await write_entry(entry.kind, entry.id, changed, now)
    await record_change(actor, entry.kind, entry.id, entry.state, after, now, undoes)
    if entry.kind == EntryKind.FIELD and "label" in changed:
        await relabel_draft_fields(entry.state["label"], after["label"])
    if entry.kind == EntryKind.SUBJECT and "name" in changed:
        await relabel_draft_subjects(entry.id, entry.state["name"], after["name"])
    if entry.kind == EntryKind.ORGANISATION and changed.keys() & {"acronym", "name"}:
        await index_organisation(entry.id)


async def _list_siblings(kind: EntryKind, state: EntryState) -> list[Entry]:
    """All entries of the same list."""
    within = ENTRY_TABLES[kind].parent_column
    return [other for other in await load_entries(kind) if not within or other.state[within] == state[within]]


def _sort_organisations(entry: Entry, typed: EntryState) -> EntryState:
    """Organisations that were chosen before keep their order. The new ones follow."""
    if "organisations" not in typed:
        return typed
    chosen = typed["organisations"]
    kept = [organisation for organisation in entry.state["organisations"] if organisation in chosen]
    return {**typed, "organisations": [*kept, *(one for one in chosen if one not in kept)]}


async def _format_conflict(kind: EntryKind, entry_id: int) -> str:
    by = (await list_changes(kind, entry_id))[0].by
    return (
        f"{by} a changé cette fiche pendant que vous l’écriviez. Rien de ce que vous avez saisi n’est perdu : comparez "
        "les deux versions ci-dessous, corrigez la vôtre, puis enregistrez-la."
    )
