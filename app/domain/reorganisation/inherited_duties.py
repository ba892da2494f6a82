"""The inherited duties of a closed account: what it passed on, to be checked again. Source: issue 14, point 19.

| what                                         | for how long                | what becomes of it                      |
|----------------------------------------------|-----------------------------|-----------------------------------------|
| invitations that wait                        | 7 days                      | open nothing (invitation_senders.py)    |
| people who accepted their invitations        | a year, as in the audit log | stay, to be checked                     |
| accounts that their imports created          | always                      | stay, to be checked                     |
| their imports that are ready                 | always                      | wait for another admin's click          |
| ready-made phrases that they wrote, offered  | always                      | stay, to be read again                  |
| catalogue entries that they changed          | always                      | stay; each change can be undone         |

A signup that they accepted counts as their invitation. A reader who may not open an item sees only its number.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.accounts.names import format_full_name
from app.domain.audit.log import NO_ORIGIN, NewAuditEntry, use_origin, write_audit_entries
from app.domain.cases.thread.ready_phrases import list_managed_seats
from app.domain.catalogue.entries import EntryKind, load_entry_names
from app.domain.imports.kinds import ImportKind
from app.domain.imports.states import ImportState
from app.domain.members.permissions import build_visible_people_condition
from app.domain.teams.permissions import build_editable_teams_condition
from db.bulk import is_any_of
from db.tables.audit import AuditEntry
from db.tables.catalogue import CatalogueChange
from db.tables.imports import Import
from db.tables.members import Invitation
from db.tables.people import Person
from db.tables.phrases import Phrase
from db.tables.teams import Team


class InheritedKind(StrEnum):
    INVITATION = "invitation"
    ACCOUNT = "account"
    IMPORTED = "imported"
    IMPORT = "import"
    PHRASE = "phrase"
    CATALOGUE = "catalogue"


@dataclass(frozen=True)
class InheritedItem:
    """One item, or `count` items of one team. `may_open`: the reader may open its page."""

    inherited_kind: InheritedKind
    id: int | UUID
    name: str
    count: int = 1
    entry_kind: str = ""
    team_id: int | None = None
    may_open: bool = False


@dataclass(frozen=True)
class InheritedGroup:
    """`hidden` is the number of further items, which the reader may not open."""

    inherited_kind: InheritedKind
    items: tuple[InheritedItem, ...]
    hidden: int


async def list_inherited_duties(reader: Actor, person_id: int, now: datetime) -> list[InheritedGroup]:
    """Kinds without items are left out."""
    items = await _mark_open_pages(reader, await _list_items(person_id, now))
    return [share for share in (_build_group(handed, items) for handed in InheritedKind) if share.items or share.hidden]


async def record_inherited_duties(person_id: int, now: datetime) -> None:
    """Writes one line of the audit log for each item, without origin: the person passed them on earlier."""
    lines = [
        NewAuditEntry(
            f"left.{item.inherited_kind}",
            person_id=person_id,
            target_person_id=int(item.id) if item.inherited_kind == InheritedKind.ACCOUNT else None,
            team_id=item.team_id,
        )
        for item in await _list_items(person_id, now)
    ]
    with use_origin(NO_ORIGIN):
        await write_audit_entries(lines, now=now)


def _build_group(handed: InheritedKind, items: list[InheritedItem]) -> InheritedGroup:
    """Names of teams are shown to every reader, as on a person's page. Other names need the right to open the page."""
    own = [item for item in items if item.inherited_kind == handed]
    shown = [item for item in own if item.may_open or (item.team_id and handed != InheritedKind.ACCOUNT)]
    return InheritedGroup(handed, tuple(shown), sum(item.count for item in own if item not in shown))


async def _list_items(person_id: int, now: datetime) -> list[InheritedItem]:
    return [
        *await _list_invitations(person_id, now),
        *await _list_accounts(person_id),
        *await _list_imports(
            InheritedKind.IMPORTED,
            Import.applied_by == person_id,
            Import.state == ImportState.APPLIED,
            Import.kind == ImportKind.PEOPLE,
            Import.created > 0,
        ),
        *await _list_imports(
            InheritedKind.IMPORT,
            Import.sent_by == person_id,
            Import.state.is_in([ImportState.READY, ImportState.READING]),
        ),
        *await _list_phrases(person_id),
        *await _list_entries(person_id),
    ]


async def _list_invitations(person_id: int, now: datetime) -> list[InheritedItem]:
    rows = await Invitation.select(Invitation.team.id.as_alias("id"), Invitation.team.name.as_alias("name")).where(
        Invitation.invited_by == person_id, Invitation.used_at.is_null(), Invitation.expires_at > now
    )
    return _group_by_team(InheritedKind.INVITATION, rows)


def _group_by_team(handed: InheritedKind, rows: list[dict[str, Any]]) -> list[InheritedItem]:
    counted = Counter((row["name"], row["id"]) for row in rows)
    return [InheritedItem(handed, team, name, count, team_id=team) for (name, team), count in sorted(counted.items())]


async def _list_accounts(person_id: int) -> list[InheritedItem]:
    came = await (
        AuditEntry.select(AuditEntry.person_id, AuditEntry.team_id)
        .where(AuditEntry.target_person_id == person_id, AuditEntry.action == "invitation.accepted")
        .order_by(AuditEntry.id)
    )
    teams = {row["person_id"]: row["team_id"] for row in came}
    people = await (
        Person.select(Person.id, Person.first_name, Person.last_name, Person.address)
        .where(is_any_of(Person.id, sorted(teams)))
        .order_by(Person.id)
    )
    return [
        InheritedItem(InheritedKind.ACCOUNT, row["id"], format_full_name(row), team_id=teams[row["id"]])
        for row in people
    ]


async def _list_imports(handed: InheritedKind, *conditions: Any) -> list[InheritedItem]:
    rows = await Import.select(Import.id, Import.file_name, Import.created).where(*conditions).order_by(Import.sent_at)
    counts = [row["created"] if handed == InheritedKind.IMPORTED else 1 for row in rows]
    return [InheritedItem(handed, row["id"], row["file_name"], count) for row, count in zip(rows, counts, strict=True)]


async def _list_phrases(person_id: int) -> list[InheritedItem]:
    rows = await Phrase.select(Phrase.team.id.as_alias("id"), Phrase.team.name.as_alias("name")).where(
        is_any_of(Phrase.id, sorted(await _find_changed_entries(person_id, EntryKind.PHRASE))),
        Phrase.withdrawn_at.is_null() & Phrase.team.is_not_null(),
    )
    return _group_by_team(InheritedKind.PHRASE, rows)


async def _list_entries(person_id: int) -> list[InheritedItem]:
    found = []
    for kind in (one for one in EntryKind if one != EntryKind.PHRASE):
        changed = await _find_changed_entries(person_id, kind)
        names = await load_entry_names(kind) if changed else {}
        found += [
            InheritedItem(InheritedKind.CATALOGUE, entry, names[entry], entry_kind=kind)
            for entry in sorted(changed)
            if entry in names
        ]
    return found


async def _find_changed_entries(person_id: int, kind: EntryKind) -> set[int]:
    rows = await CatalogueChange.select(CatalogueChange.entry).where(
        CatalogueChange.person == person_id, CatalogueChange.kind == kind
    )
    return {row["entry"] for row in rows}


async def _mark_open_pages(reader: Actor, items: list[InheritedItem]) -> list[InheritedItem]:
    """Each item asks for the right of the page that its link opens."""
    duties = list_duties(reader)
    teams = [item.team_id for item in items if item.inherited_kind == InheritedKind.INVITATION and item.team_id]
    people = [int(item.id) for item in items if item.inherited_kind == InheritedKind.ACCOUNT]
    kept = await Team.select(Team.id).where(And(build_editable_teams_condition(reader), is_any_of(Team.id, teams)))
    seen = await Person.select(Person.id).where(
        And(build_visible_people_condition(reader), is_any_of(Person.id, people))
    )
    open_ids = {
        InheritedKind.INVITATION: {row["id"] for row in kept},
        InheritedKind.ACCOUNT: {row["id"] for row in seen},
        InheritedKind.PHRASE: {held.team_id for held in list_managed_seats(reader)},
    }
    by_duty = {
        InheritedKind.IMPORTED: Duty.IMPORT in duties,
        InheritedKind.IMPORT: Duty.IMPORT in duties,
        InheritedKind.CATALOGUE: Duty.MANAGE_CATALOGUE in duties,
    }
    return [
        replace(
            item,
            may_open=by_duty[item.inherited_kind]
            if item.inherited_kind in by_duty
            else item.id in open_ids[item.inherited_kind],
        )
        for item in items
    ]
