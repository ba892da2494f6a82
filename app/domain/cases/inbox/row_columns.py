"""The SQL of a row of a list: what rows.py decodes."""

from datetime import datetime

from app.domain.absences.absence import AWAY_SQL
from app.domain.accounts.actor import Actor, Side
from app.domain.cases.citizen import NAME_COLUMNS
from db.nested_rows import build_nested_query

_COLUMNS = ("id", "status", "subject", "urgent", "number", "sent_at", "handled_at", "suspended_at")
_NAME_COLUMNS = tuple(column._meta.name for column in NAME_COLUMNS)
ROW_SOURCES = """JOIN cases ON cases.id = shown."case" JOIN person AS author ON author.id = cases.author
    JOIN team AS office ON office.id = cases.team"""
_RECIPIENTS_SQL = """recipient JOIN team ON team.id = recipient.team
    JOIN organisation ON organisation.id = team.organisation
    LEFT JOIN person AS taker ON taker.id = recipient.taken_by
    LEFT JOIN absence ON absence.person = recipient.taken_by AND {away} WHERE recipient."case" = cases.id
    AND recipient.left_at IS NULL"""
_RECIPIENT_COLUMNS = """recipient.id, organisation.acronym, taker.first_name, taker.last_name, recipient.team,
    recipient.seen_at, recipient.first_answer_at, recipient.handled_at, recipient.late_from, recipient.taken_by,
    absence.last_day"""
_LAST_MESSAGE_SQL = """(SELECT message.id, message.author, writer.first_name, writer.last_name, message.posted_at
    FROM message JOIN person AS writer ON writer.id = message.author
    WHERE message."case" = cases.id AND message.withdrawn_at IS NULL
    AND (message.audience = 'all' OR (shown.by_team = 1
        AND (message.audience = 'internal' OR message.reader_team IN ({teams}))))
    ORDER BY message.id DESC LIMIT 1) AS said"""
_MESSAGE_COLUMNS = "said.id, said.author, said.first_name, said.last_name, said.posted_at"
_SET_ASIDE_SQL = """(SELECT max(until) FROM set_aside WHERE set_aside."case" = cases.id AND shown.by_team = 1
    AND set_aside.team IN ({teams}) AND (set_aside.person IS NULL OR set_aside.person = {{}}) AND until > {{}})"""
_SEVERAL_AREAS_SQL = "(SELECT count(DISTINCT area) FROM team_area WHERE team IN ({teams})) > 1"
_COMPUTED_COLUMNS = (
    *("author_id", "first_name", "last_name", "office", "area", "recipients", "said", "moved_at", "late_from"),
    *("set_aside_until", "position", "unread", "your_turn", "by_team"),
)
ROW_COLUMNS = (*_COLUMNS, *_NAME_COLUMNS, *_COMPUTED_COLUMNS)
"""Everything that a row shows, except what depends on the time: it is computed for each page."""


def build_row_columns(actor: Actor) -> str:
    """The columns that decode_row reads from `shown` (build_page_query) and ROW_SOURCES.

    Its values are those of list_row_values. Recipients are sorted by when they joined.
    """
    known = ", ".join(f"cases.{name}" for name in (*_COLUMNS, *_NAME_COLUMNS))
    own = ", ".join(str(int(team)) for team in actor.list_teams(Side.REFERENT)) or "NULL"
    every = ", ".join(str(int(seat.team_id)) for seat in actor.seats) or "NULL"
    several = "1 = 1" if actor.is_expert else _SEVERAL_AREAS_SQL.format(teams=every)
    return f"""{known}, author.id AS author_id, author.first_name, author.last_name, office.name AS office,
        CASE WHEN {several} THEN (SELECT name FROM area WHERE area.code = cases.area) ELSE '' END AS area,
        {build_nested_query(_RECIPIENT_COLUMNS, _RECIPIENTS_SQL.format(away=AWAY_SQL))} AS recipients,
        {build_nested_query(_MESSAGE_COLUMNS, _LAST_MESSAGE_SQL.format(teams=own))} AS said,
        (SELECT happened_at FROM event WHERE event.id = shown.last_event) AS moved_at, cases.late_from,
        {_SET_ASIDE_SQL.format(teams=own)} AS set_aside_until,
        shown.position, shown.unread, shown.your_turn, shown.by_team"""  # noqa: S608 # nosec B608


def list_row_values(actor: Actor, now: datetime) -> tuple[object, ...]:
    """For the absences of those who have the cases, then for set_aside_until."""
    return (now, now, actor.id, now)
