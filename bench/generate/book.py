"""Collects rows to be written, with the ids that the database would have given them, in order of time."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from piccolo.table import Table

from app.domain.audit.log import RETENTION
from app.domain.case_number import add_check_digit
from app.domain.cases.progress.rows import TEAM_COLUMNS
from bench.generate.moments import moment
from db.bulk_copy import advance_id_sequence, copy_rows, find_next_id
from db.tables.attachments import Attachment
from db.tables.audit import AuditEntry
from db.tables.cases import Case, CaseField, CaseNumber, CaseOrganisation
from db.tables.email import Email
from db.tables.mandates import Mandate
from db.tables.participants import Guest, Recipient
from db.tables.search_tokens import SearchToken
from db.tables.survey import SurveyCount, SurveyParticipation
from db.tables.thread import Event, Message, ReadReceipt

Row = tuple[Any, ...]
Page = dict[type[Table], list[Row]]
_CASE = """
id status status_before_closing author team area mode category guided_subject citizen_first_name citizen_last_name
citizen_birth subject description urgent urgency_reason search_text started_at saved_at sent_at closed_at closed_by
outcome last_event last_internal_event next_side active_at late_from handled_at reminded_at erased_at search_internal
number search_version
"""
_EVENT = "id case kind actor team message audience happened_at about other_team other_person"
_ATTACHMENT = (
    "id case message mandate audience uploader name media_type size received_bytes digest scan begun_at posted_at"
)
COLUMNS: dict[type[Table], Sequence[str]] = {
    CaseNumber: ("id", "number"),
    Case: _CASE.split(),
    CaseField: ("id", "case", "label", "value", "unknown", "position"),
    SearchToken: ("case", "token", "key_id"),
    CaseOrganisation: ("case", "organisation"),
    Recipient: ("case", "team", *TEAM_COLUMNS),
    Guest: ("case", "person", "invited_by", "invited_at"),
    Mandate: ("case", "kind", "signed_on", "reason", "attested_by", "attested_at"),
    Message: ("id", "case", "author", "team", "audience", "body", "posted_at", "key"),
    Event: _EVENT.split(),
    ReadReceipt: ("case", "person", "last_event", "read_at"),
    Attachment: _ATTACHMENT.split(),
    Email: ("id", "kind", "person", "case", "state", "written_at", "due_at", "sent_at", "attempts", "share"),
    AuditEntry: ("happened_at", "action", "person_id", "case_id", "team_id", "target_person_id", "network", "browser"),
    SurveyCount: ("month", "question", "answer", "total"),
    SurveyParticipation: ("digest",),
}
"""In the order that foreign keys require. A column that is not named keeps its default."""
_NUMBERED = (CaseNumber, Event, Message, CaseField)
_ENOUGH = 40_000
NETWORK, BROWSER = "192.0.2.0/24", "Firefox"


class Book:
    """Call begin() first and end() last. One page is written while the next one is filled."""

    def __init__(self, now: datetime) -> None:
        self.rows: Page = defaultdict(list)
        self._writing: asyncio.Task[None] | None = None
        self.numbers: dict[type[Table], Iterator[int]] = {}
        self.tally: Counter[tuple[str, str, str]] = Counter()
        self._trail_from = int(now.timestamp() - RETENTION.total_seconds())

    async def begin(self) -> None:
        for table in _NUMBERED:
            self.numbers[table] = count(await find_next_id(table))

    @property
    def full(self) -> bool:
        return len(self.rows[Event]) >= _ENOUGH

    def note(
        self, at: int, action: str, person: int | None, case: UUID, team: int | None = None, about: int | None = None
    ) -> None:
        """Adds a line of the audit log, unless it is too old to be stored."""
        if at > self._trail_from:
            origin = (NETWORK, BROWSER) if person else ("", "")
            self.rows[AuditEntry].append((moment(at), action, person, case, team, about, *origin))

    def draw_number(self, *, kept: bool) -> int | None:
        """As if drawn: the multiples of a number that is prime to ten million visit each of its remainders once."""
        rank = next(self.numbers[CaseNumber])
        number = add_check_digit(rank * 7_368_787 % 10_000_000)
        self.rows[CaseNumber].append((rank, number))
        return number if kept else None

    async def turn_page(self) -> None:
        """Waits for the previous page. Runs in the transaction, where no other query is made until end()."""
        await self._written()
        page, self.rows = self.rows, defaultdict(list)
        self._writing = asyncio.create_task(_write(page))

    async def _written(self) -> None:
        if self._writing:
            await self._writing

    async def drop(self) -> None:
        """Waits for the statement under way: a transaction is rolled back between two statements."""
        if self._writing:
            await asyncio.wait([self._writing])

    async def end(self) -> None:
        await self.turn_page()
        await self._written()
        for table in _NUMBERED:
            await advance_id_sequence(table)


async def _write(page: Page) -> None:
    for table, columns in COLUMNS.items():
        if rows := page.get(table):
            await copy_rows(table, columns, rows)
