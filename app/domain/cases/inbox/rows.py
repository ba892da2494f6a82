"""A case as one row of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.calendar.time_zones import PARIS
from app.domain.case_status import Status
from app.domain.cases.citizen import decode_name_or_placeholder
from app.domain.cases.inbox.ordering import compute_sort_key
from app.domain.cases.inbox.row_columns import ROW_COLUMNS
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.progress.standing import list_other_answers
from app.domain.cases.progress.team import compute_team_status
from app.domain.memo import Memo
from db.batch import parse_timestamp
from db.nested_rows import decode_nested_rows


@dataclass(frozen=True)
class CaseRow:
    """For a referent, status, your_turn, handled, late, due_at and taken_by are those of their own teams.

    answered_by: the other organisations that answered, while theirs did not. area: its name, empty for an actor whose
    teams cover one area alone. taken_by: names of those who announced « je m'en occupe ».

    absent_until: the last day of the absence of a person who has the case, if they are away now.
    last_author: who wrote the last message that the actor may read, or opened the case; empty for the actor.
    due_at: when the answer that is due becomes late. set_aside_until: empty unless it is set aside for the actor.
    today: the day in Paris for which due_at and last_at are put in words.
    position is its place in the list, the highest first (ordering.py).

    sort_key is the same order by time: an open page inserts the row there (compute_sort_key).
    """

    id: UUID
    number: int
    status: Status
    subject: str
    citizen: str
    author: str
    office: str
    area: str
    organisations: tuple[str, ...]
    urgent: bool
    by_team: bool
    your_turn: bool
    answered_by: tuple[str, ...]
    unread: bool
    taken_by: str
    taken_by_actor: bool
    absent_until: date | None
    handled: bool
    late: bool
    suspended: bool
    sent_at: datetime
    last_author: str
    last_at: datetime
    due_at: datetime | None
    set_aside_until: datetime | None
    today: date
    position: int
    sort_key: int


_memo = Memo()


def decode_row(row: Mapping[str, Any], actor: Actor, now: datetime) -> CaseRow:
    """Equal rows are built once: decrypting names takes time."""
    values, teams = tuple(row[name] for name in ROW_COLUMNS), tuple(actor.list_teams(Side.REFERENT))
    recipients = _decode_recipients(row)
    own = tuple(one for one in recipients if row["by_team"] and one.team in teams)
    late_from = _find_earliest([one.late_from for one in own] if row["by_team"] else [row["late_from"]])
    late = is_late(late_from, now)
    return _memo(_build_row, values, recipients, own, late_from, late, actor.id, now.astimezone(PARIS).date())


def _decode_recipients(row: Mapping[str, Any]) -> "tuple[_RowRecipient, ...]":
    return tuple(_RowRecipient(*one) for one in decode_nested_rows(row["recipients"]))


def _find_earliest(moments: list[Any]) -> datetime | None:
    return min((_parse_moment(moment) for moment in moments if moment is not None), default=None)


def _build_row(
    values: tuple[Any, ...],
    recipients: "tuple[_RowRecipient, ...]",
    own: "tuple[_RowRecipient, ...]",
    late_from: datetime | None,
    late: bool,
    actor_id: int,
    today: date,
) -> CaseRow:
    row = dict(zip(ROW_COLUMNS, values, strict=True))
    answering = own if row["by_team"] else recipients
    last_author, last_at = _find_last_author(row, actor_id)
    return CaseRow(
        id=row["id"],
        number=row["number"],
        status=compute_team_status(Status(row["status"]), seen=any(one.seen_at for one in own) if own else None),
        subject=row["subject"],
        citizen=decode_name_or_placeholder(row["id"], row),
        author=f"{row['first_name']} {row['last_name']}",
        office=row["office"],
        area=row["area"],
        organisations=tuple(dict.fromkeys(one.acronym for one in recipients)),
        urgent=row["urgent"],
        by_team=bool(row["by_team"]),
        your_turn=bool(row["your_turn"]),
        answered_by=list_other_answers(recipients, own),
        unread=bool(row["unread"]),
        taken_by=", ".join(dict.fromkeys(one.taker for one in answering if one.taken_by)),
        taken_by_actor=any(one.taken_by == actor_id for one in answering),
        absent_until=max((date.fromisoformat(one.last_day) for one in answering if one.last_day), default=None),
        handled=all(one.handled_at for one in own) if own else row["handled_at"] is not None,
        late=late,
        suspended=row["suspended_at"] is not None,
        sent_at=row["sent_at"],
        last_author=last_author,
        last_at=last_at,
        due_at=late_from if row["by_team"] else None,
        set_aside_until=_find_earliest([row["set_aside_until"]]),
        today=today,
        position=row["position"],
        sort_key=compute_sort_key(row["position"], _parse_moment(row["moved_at"] or row["sent_at"])),
    )


def _find_last_author(row: Mapping[str, Any], actor_id: int) -> tuple[str, datetime]:
    """Of the last message; of the case if it has none."""
    for _, author, first_name, last_name, posted_at in decode_nested_rows(row["said"]):
        return ("" if author == actor_id else f"{first_name} {last_name}"), _parse_moment(posted_at)
    opened_by = "" if row["author_id"] == actor_id else f"{row['first_name']} {row['last_name']}"
    return opened_by, row["sent_at"]


class _RowRecipient(NamedTuple):
    """The nested columns of one recipient; times are those of _RECIPIENT_COLUMNS, as text."""

    id: int
    acronym: str
    first_name: str | None
    last_name: str | None
    team: int
    seen_at: str | None
    first_answer_at: str | None
    handled_at: str | None
    late_from: str | None
    taken_by: int | None
    last_day: str | None

    @property
    def taker(self) -> str:
        return f"{self.first_name} {self.last_name}"


def _parse_moment(found: datetime | str) -> datetime:
    """SQLite returns the timestamps of a sub-select as text."""
    return found if isinstance(found, datetime) else parse_timestamp(found)
