"""What a live list has missed since an event. The rights are checked again each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.audience import Audience, Readership
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.access_paths import Selection, build_access_query
from app.domain.cases.inbox.listing import PAGE_SIZE
from app.domain.cases.inbox.views import View
from db.tables.cases import Case
from db.tables.thread import Event


@dataclass(frozen=True)
class LastLine:
    """The last line of a case that the actor may read. other: the team or the person that it names."""

    kind: EventKind
    author_id: int | None
    author: str
    team: str
    acronym: str
    other: str
    readership: Readership


async def list_changed_cases(actor: Actor, after: int, now: datetime) -> dict[UUID, int]:
    """The visible cases with a later event -> their last event, the oldest change first.

    At most PAGE_SIZE cases: a page that was away for longer is loaded again as a whole.
    """
    changed = Selection(View.FOUND, now, newer_than=after, limit=PAGE_SIZE)
    rows = await Case.raw(
        f"""SELECT cases.id, changed.last_event FROM ({{}}) AS changed JOIN cases ON cases.id = changed."case"
        ORDER BY changed.last_event DESC LIMIT {PAGE_SIZE}""",  # noqa: S608 # nosec B608
        build_access_query(actor, changed),
    )
    return {row["id"]: row["last_event"] for row in reversed(rows)}


async def load_last_lines(changed: Mapping[UUID, int]) -> dict[UUID, LastLine]:
    """changed: of list_changed_cases, whose events the actor may read."""
    rows = await Event.select(
        Event.case,
        Event.kind,
        Event.actor,
        Event.actor.first_name.as_alias("first_name"),
        Event.actor.last_name.as_alias("last_name"),
        Event.team.name.as_alias("team_name"),
        Event.team.organisation.acronym.as_alias("acronym"),
        Event.other_team.name.as_alias("other_team_name"),
        Event.other_person.first_name.as_alias("other_first_name"),
        Event.other_person.last_name.as_alias("other_last_name"),
        Event.audience,
        Event.message.reader_team.as_alias("reader_team"),
    ).where(Event.id.is_in(list(changed.values())))
    return {row["case"]: _decode_line(row) for row in rows}


def _decode_line(row: Mapping[str, Any]) -> LastLine:
    return LastLine(
        kind=EventKind(row["kind"]),
        author_id=row["actor"],
        author=join_names(row["first_name"], row["last_name"]),
        team=row["team_name"] or "",
        acronym=row["acronym"] or "",
        other=row["other_team_name"] or join_names(row["other_first_name"], row["other_last_name"]),
        readership=Readership(Audience(row["audience"]), row["reader_team"]),
    )
