"""What a person whose account is closed handed on to others, to be looked at again.

| what                                         | since when            | what becomes of it                           |
|----------------------------------------------|-----------------------|----------------------------------------------|
| invitations that still wait                  | 7 days                | open nothing any more (senders.py)           |
| people who came by their invitations         | a year, as the trail  | stay: to be looked at                        |
| accounts that their imports made             | always                | stay: to be looked at                        |
| imports of theirs that are ready             | always                | wait for another admin's press               |
| ready-made phrases that they wrote, offered  | always                | stay: to be read again                       |
| entries of the catalogue that they changed   | always                | stay: each change can be taken back          |

A sign-up that they accepted is an invitation of theirs. Of people, files and entries that the reader may not open, the
number alone is shown. Source: issue 14, point 19.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, duties_of
from app.domain.accounts.names import full_name
from app.domain.audit.log import NOWHERE, AuditLine, acting_from, write_audits
from app.domain.cases.thread.ready_phrases import managed_teams
from app.domain.catalogue.entries import Kind, names_of
from app.domain.imports.kinds import ListKind
from app.domain.imports.states import State
from app.domain.members.permissions import visible_people
from app.domain.teams.permissions import kept_by
from db.bulk import one_of
from db.tables import Audit, CatalogueChange, Import, Invitation, Person, Phrase, Team


class Handed(StrEnum):
    INVITATION = "invitation"
    ACCOUNT = "account"
    IMPORTED = "imported"
    IMPORT = "import"
    PHRASE = "phrase"
    CATALOGUE = "catalogue"


@dataclass(frozen=True)
class Item:
    """One thing, or count of them in one place. kind: of an entry of the catalogue. open: the reader may go there."""

    handed: Handed
    id: int | UUID
    name: str
    count: int = 1
    kind: str = ""
    team_id: int | None = None
    open: bool = False


@dataclass(frozen=True)
class Share:
    """What is said of one sort. hidden: how many more there are, which the reader may not open."""

    handed: Handed
    items: tuple[Item, ...]
    hidden: int


async def legacy_for(reader: Actor, person_id: int, now: datetime) -> list[Share]:
    """The sorts of which there is something."""
    items = await _with_pages_to_open(reader, await _items(person_id, now))
    return [share for share in (_share(handed, items) for handed in Handed) if share.items or share.hidden]


async def write_legacy(person_id: int, now: datetime) -> None:
    """One line of the trail for each thing, or each team's: the person handed it on, from no network of today."""
    lines = [
        AuditLine(
            f"left.{item.handed}",
            person_id=person_id,
            about_id=int(item.id) if item.handed == Handed.ACCOUNT else None,
            team_id=item.team_id,
        )
        for item in await _items(person_id, now)
    ]
    with acting_from(NOWHERE):
        await write_audits(lines, now=now)


def _share(handed: Handed, items: list[Item]) -> Share:
    """A team is named to everybody, as on each person's page; the rest only where the reader may go."""
    own = [item for item in items if item.handed == handed]
    shown = [item for item in own if item.open or (item.team_id and handed != Handed.ACCOUNT)]
    return Share(handed, tuple(shown), sum(item.count for item in own if item not in shown))


async def _items(person_id: int, now: datetime) -> list[Item]:
    return [
        *await _invitations(person_id, now),
        *await _accounts(person_id),
        *await _imports(
            Handed.IMPORTED,
            Import.applied_by == person_id,
            Import.state == State.APPLIED,
            Import.kind == ListKind.PEOPLE,
            Import.created > 0,
        ),
        *await _imports(Handed.IMPORT, Import.sent_by == person_id, Import.state.is_in([State.READY, State.READING])),
        *await _phrases(person_id),
        *await _entries(person_id),
    ]


async def _invitations(person_id: int, now: datetime) -> list[Item]:
    rows = await Invitation.select(Invitation.team.id.as_alias("id"), Invitation.team.name.as_alias("name")).where(
        Invitation.invited_by == person_id, Invitation.used_at.is_null(), Invitation.expires_at > now
    )
    return _by_team(Handed.INVITATION, rows)


def _by_team(handed: Handed, rows: list[dict[str, Any]]) -> list[Item]:
    counted = Counter((row["name"], row["id"]) for row in rows)
    return [Item(handed, team, name, count, team_id=team) for (name, team), count in sorted(counted.items())]


async def _accounts(person_id: int) -> list[Item]:
    came = await (
        Audit.select(Audit.person_id, Audit.team_id)
        .where(Audit.about_id == person_id, Audit.action == "invitation.accepted")
        .order_by(Audit.id)
    )
    teams = {row["person_id"]: row["team_id"] for row in came}
    people = await (
        Person.select(Person.id, Person.first_name, Person.last_name, Person.address)
        .where(one_of(Person.id, sorted(teams)))
        .order_by(Person.id)
    )
    return [Item(Handed.ACCOUNT, row["id"], full_name(row), team_id=teams[row["id"]]) for row in people]


async def _imports(handed: Handed, *conditions: Any) -> list[Item]:
    rows = await Import.select(Import.id, Import.file_name, Import.created).where(*conditions).order_by(Import.sent_at)
    counts = [row["created"] if handed == Handed.IMPORTED else 1 for row in rows]
    return [Item(handed, row["id"], row["file_name"], count) for row, count in zip(rows, counts, strict=True)]


async def _phrases(person_id: int) -> list[Item]:
    rows = await Phrase.select(Phrase.team.id.as_alias("id"), Phrase.team.name.as_alias("name")).where(
        one_of(Phrase.id, sorted(await _changed(person_id, Kind.PHRASE))), Phrase.withdrawn_at.is_null()
    )
    return _by_team(Handed.PHRASE, rows)


async def _entries(person_id: int) -> list[Item]:
    found = []
    for kind in (one for one in Kind if one != Kind.PHRASE):
        changed = await _changed(person_id, kind)
        names = await names_of(kind) if changed else {}
        found += [Item(Handed.CATALOGUE, entry, names[entry], kind=kind) for entry in sorted(changed) if entry in names]
    return found


async def _changed(person_id: int, kind: Kind) -> set[int]:
    rows = await CatalogueChange.select(CatalogueChange.entry).where(
        CatalogueChange.person == person_id, CatalogueChange.kind == kind
    )
    return {row["entry"] for row in rows}


async def _with_pages_to_open(reader: Actor, items: list[Item]) -> list[Item]:
    """Each asks the right of the page that its link leads to."""
    duties = duties_of(reader)
    teams = [item.team_id for item in items if item.handed == Handed.INVITATION and item.team_id]
    people = [int(item.id) for item in items if item.handed == Handed.ACCOUNT]
    kept = await Team.select(Team.id).where(And(kept_by(reader), one_of(Team.id, teams)))
    seen = await Person.select(Person.id).where(And(visible_people(reader), one_of(Person.id, people)))
    open_ids = {
        Handed.INVITATION: {row["id"] for row in kept},
        Handed.ACCOUNT: {row["id"] for row in seen},
        Handed.PHRASE: {held.team_id for held in managed_teams(reader)},
    }
    by_duty = {
        Handed.IMPORTED: Duty.IMPORT in duties,
        Handed.IMPORT: Duty.IMPORT in duties,
        Handed.CATALOGUE: Duty.KEEP_CATALOGUE in duties,
    }
    return [
        replace(item, open=by_duty[item.handed] if item.handed in by_duty else item.id in open_ids[item.handed])
        for item in items
    ]
