"""A case as one row of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.citizen import NAME_COLUMNS, decode_name_or_placeholder
from app.domain.cases.inbox.filters import Order
from app.domain.cases.inbox.ordering import compute_sort_key
from app.domain.cases.lifecycle.lateness import is_late
from app.domain.cases.progress.standing import list_other_answers
from app.domain.cases.progress.team import compute_team_status
from app.domain.memo import Memo
from db.batch import parse_timestamp
from db.nested_rows import build_nested_query, decode_nested_rows


@dataclass(frozen=True)
class CaseRow:
    """For a referent, status, your_turn, handled and late are those of their own teams.

    answered_by: the other organisations that answered, while theirs did not.
    position is its place in the list, the highest first (ordering.py).

    sort_key is the same order by time: an open page inserts the row there (compute_sort_key).
    """

    id: UUID
    status: Status
    subject: str
    citizen: str
    author: str
    organisations: tuple[str, ...]
    urgent: bool
    your_turn: bool
    answered_by: tuple[str, ...]
    unread: bool
    taken_by: str
    handled: bool
    late: bool
    suspended: bool
    sent_at: datetime
    position: int
    sort_key: int


_COLUMNS = ("id", "status", "subject", "urgent", "sent_at", "handled_at", "suspended_at")
_NAME_COLUMNS = tuple(column._meta.name for column in NAME_COLUMNS)
_RECIPIENTS_SQL = """recipient JOIN team ON team.id = recipient.team
    JOIN organisation ON organisation.id = team.organisation
    LEFT JOIN person AS taker ON taker.id = recipient.taken_by WHERE recipient."case" = cases.id
    AND recipient.left_at IS NULL"""
_RECIPIENT_COLUMNS = """recipient.id, organisation.acronym, taker.first_name, taker.last_name, recipient.team,
    recipient.seen_at, recipient.first_answer_at, recipient.handled_at"""
_COMPUTED_COLUMNS = ("first_name", "last_name", "recipients", "position", "moved_at", "unread", "your_turn", "by_team")
_ROW_COLUMNS = (*_COLUMNS, *_NAME_COLUMNS, *_COMPUTED_COLUMNS)
"""Everything that a row shows, except lateness: it depends on the time and is computed for each page."""
_memo = Memo()


def build_row_columns(own_teams: tuple[int, ...]) -> str:
    """The columns that decode_row reads from `shown` (build_page_query), `cases` and `author`.

    own_teams: the actor's referent teams. Recipients are sorted by the order in which they joined.
    """
    known = ", ".join(f"cases.{name}" for name in (*_COLUMNS, *_NAME_COLUMNS))
    recipients = build_nested_query(_RECIPIENT_COLUMNS, _RECIPIENTS_SQL)
    return f"""{known}, author.first_name, author.last_name, {recipients} AS recipients,
        (SELECT happened_at FROM event WHERE event.id = shown.last_event) AS moved_at,
        {_build_late_from_sql(own_teams)} AS late_from,
        shown.position, shown.unread, shown.your_turn, shown.by_team"""  # noqa: S608 # nosec B608


def _build_late_from_sql(own_teams: tuple[int, ...]) -> str:
    if not own_teams:
        return "cases.late_from"
    listed = ", ".join(str(int(team)) for team in own_teams)
    return f"""CASE WHEN shown.by_team = 0 THEN cases.late_from ELSE (SELECT min(own.late_from) FROM recipient AS own
        WHERE own."case" = cases.id AND own.team IN ({listed}) AND own.left_at IS NULL) END"""  # noqa: S608 # nosec B608


def decode_row(row: Mapping[str, Any], now: datetime, order: Order, own_teams: tuple[int, ...]) -> CaseRow:
    """Equal rows are built once: decrypting names takes time."""
    late = row["late_from"] is not None and is_late(_parse_moment(row["late_from"]), now)
    return _memo(_build_row, tuple(row[name] for name in _ROW_COLUMNS), late, order, own_teams)


def _build_row(values: tuple[Any, ...], late: bool, order: Order, own_teams: tuple[int, ...]) -> CaseRow:
    row = dict(zip(_ROW_COLUMNS, values, strict=True))
    recipients = [_RowRecipient(*one) for one in decode_nested_rows(row["recipients"])]
    own = [one for one in recipients if row["by_team"] and one.team in own_teams]
    return CaseRow(
        id=row["id"],
        status=compute_team_status(Status(row["status"]), seen=any(one.seen_at for one in own) if own else None),
        subject=row["subject"],
        citizen=decode_name_or_placeholder(row["id"], row),
        author=f"{row['first_name']} {row['last_name']}",
        organisations=tuple(dict.fromkeys(one.acronym for one in recipients)),
        urgent=row["urgent"],
        your_turn=bool(row["your_turn"]),
        answered_by=list_other_answers(recipients, own),
        unread=bool(row["unread"]),
        taken_by=", ".join(f"{one.first_name} {one.last_name}" for one in recipients if one.first_name is not None),
        handled=all(one.handled_at for one in own) if own else row["handled_at"] is not None,
        late=late,
        suspended=row["suspended_at"] is not None,
        sent_at=row["sent_at"],
        position=row["position"],
        sort_key=compute_sort_key(row["position"], _parse_moment(row["moved_at"] or row["sent_at"]), order),
    )


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


def _parse_moment(found: datetime | str) -> datetime:
    """SQLite returns the timestamps of a sub-select as text."""
    return found if isinstance(found, datetime) else parse_timestamp(found)
