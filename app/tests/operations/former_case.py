"""Cases as the release before « teams_apart » left them: the turn, the clock and « c'est traité » belong to the case.

Each method of FormerCase is a verb of that release, on a day of November 2026, and changes the rows as that verb did.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.tests.support.rows import Database

OFFICE, CAF, MSA, CPAM, MERGED, CLOSED = 1, 2, 3, 4, 5, 6
"""Teams: one of agents, then teams of referents. MERGED is merged into MSA; CLOSED was closed."""
CLOSED_ON = 20
_BEFORE_FIRST_ANSWER, _BEFORE_NEXT_ANSWER = 3, 15
_OPEN = ("new", "seen", "answered")


def day(number: int) -> datetime:
    return datetime(2026, 11, 1, 9, 0, 0, number, tzinfo=UTC) + timedelta(days=number)


@dataclass
class FormerCase:
    """columns: of its row. recipients: team -> columns of its row. events: in order."""

    id: UUID = field(default_factory=uuid4)
    columns: dict[str, Any] = field(default_factory=dict)
    recipients: dict[int, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    def send(self, at: int, *teams: int) -> "FormerCase":
        self.columns = {"status": "new", "sent_at": day(at), "handled_at": None, "late_from": None, "outcome": ""}
        self.columns |= {"suspended_at": None, "erased_at": None, "late_notices_sent": 0}
        self._join(at, *teams)
        return self._await_answer(at)._record("sent", at, OFFICE)

    def open(self, at: int, team: int) -> "FormerCase":
        """A closed case that is opened gets no event, and keeps its status."""
        self.recipients[team]["seen_at"] = day(at)
        if self.columns["status"] == "closed":
            return self
        self.columns["status"] = "answered" if self.columns["status"] == "answered" else "seen"
        return self._record("opened", at, team)

    def answer(self, at: int, team: int, kind: str = "message", also: Iterable[int] = ()) -> "FormerCase":
        """also: other teams of the same person."""
        self._change(status="answered", next_side="agent", late_from=None, late_notices_sent=0)
        self.columns["handled_at"] = day(at) if kind == "handled" else None
        for one in (team, *also) if kind == "irrelevant" else ():
            self.recipients[one]["irrelevant_at"] = self.recipients[one]["irrelevant_at"] or day(at)
        return self._record(kind, at, team)

    def ask(self, at: int) -> "FormerCase":
        self.columns["handled_at"] = None
        return self._await_answer(at)._record("message", at, OFFICE)

    def add_withdrawn(self, at: int, team: int, kind: str = "message") -> "FormerCase":
        """A message that its author withdrew: it has no effect."""
        return self._record(kind, at, team, withdrawn_at=day(at))

    def note(self, at: int, team: int) -> "FormerCase":
        return self._record("message", at, team, audience="internal")

    def notify_late(self, notices: int) -> "FormerCase":
        return self._change(late_notices_sent=notices)

    def transfer(self, at: int, team: int, other: int) -> "FormerCase":
        self._join(at, other)
        del self.recipients[team]
        if self.columns["late_from"]:
            self._change(late_from=day(at + _BEFORE_FIRST_ANSWER), late_notices_sent=0)
        return self._record("transferred", at, team, other_team=other)

    def invite(self, at: int, team: int, other: int) -> "FormerCase":
        self._join(at, other)
        return self._record("team_invited", at, team, other_team=other)

    def close_team(self, team: int) -> "FormerCase":
        del self.recipients[team]
        return self._record("team_closed", CLOSED_ON, None, other_team=team)

    def merge(self, team: int, into: int) -> "FormerCase":
        """Events keep the name of the team of their time."""
        self.recipients[into] = self.recipients.pop(team)
        return self

    def close(self, at: int) -> "FormerCase":
        self._change(status_before_closing=self.columns["status"], status="closed", outcome="solved", closed_at=day(at))
        return self._change(next_side="", late_from=None, late_notices_sent=0)._record("closed", at, OFFICE)

    def reopen(self, at: int) -> "FormerCase":
        self._change(status=self.columns["status_before_closing"], outcome="", closed_at=None)
        return self._await_answer(at)._record("reopened", at, OFFICE)

    def withdraw(self, at: int) -> "FormerCase":
        self.close(at)._change(outcome="withdrawn")
        self.events[-1]["kind"] = "withdrawn"
        self.recipients = {}
        return self

    def suspend(self, at: int) -> "FormerCase":
        return self._change(suspended_at=day(at), next_side="agent", late_from=None)._record("suspended", at, None)

    def resume(self, at: int) -> "FormerCase":
        return self._change(suspended_at=None)._await_answer(at)._record("resumed", at, OFFICE)

    def erase(self, at: int) -> "FormerCase":
        return self._change(erased_at=day(at))

    def _change(self, **columns: Any) -> "FormerCase":
        self.columns |= columns
        return self

    def _join(self, at: int, *teams: int) -> None:
        for team in teams:
            self.recipients[team] = {"joined_at": day(at), "seen_at": None, "irrelevant_at": None}

    def _await_answer(self, at: int) -> "FormerCase":
        first = self.columns["status"] != "answered"
        if not self.columns["late_from"] or not (first or self.columns["late_from"] <= day(at)):
            late_from = day(at + (_BEFORE_FIRST_ANSWER if first else _BEFORE_NEXT_ANSWER))
            self._change(late_from=late_from, late_notices_sent=0)
        return self._change(next_side="referent")

    def _record(self, kind: str, at: int, team: int | None, **columns: Any) -> "FormerCase":
        self.events.append({"kind": kind, "happened_at": day(at), "team": team, **columns})
        return self


async def insert_former_cases(database: Database, cases: Iterable[FormerCase]) -> None:
    """In a database of the initial migration alone. It makes the area, the teams and one person too."""
    await _insert(database, "area", [{"code": "46", "name": "Lot"}])
    kinds = enumerate(("aidant", *["operator"] * 5), 1)
    await _insert(database, "organisation", [{"id": at, "acronym": f"O{at}", "kind": kind} for at, kind in kinds])
    await _insert(database, "team", [{"id": at, "organisation": at, "name": f"T{at}"} for at in range(1, 7)])
    await database.fetch(f"UPDATE team SET merged_into = {MSA}, closed_at = '{day(CLOSED_ON)}' WHERE id = {MERGED}")  # noqa: S608 # nosec B608
    await database.fetch(f"UPDATE team SET closed_at = '{day(CLOSED_ON)}' WHERE id = {CLOSED}")  # noqa: S608 # nosec B608
    await _insert(database, "person", [{"id": 1, "address": "un@exemple.fr"}])
    for case in cases:
        own = {"id": case.id, "author": 1, "team": OFFICE, "area": "46", **case.columns}
        await _insert(database, "cases", [own])
        rows = [{"case": case.id, "team": team, "taken_by": 1, **row} for team, row in case.recipients.items()]
        for row in rows:
            await _insert(database, "recipient", [row])
        for event in case.events:
            await _insert_event(database, case.id, event)


async def _insert_event(database: Database, case_id: UUID, event: dict[str, Any]) -> None:
    columns = {"case": case_id, **event}
    withdrawn_at = columns.pop("withdrawn_at", None)
    if event["kind"] in ("message", "handled", "irrelevant"):
        ((number,),) = await database.fetch("SELECT coalesce(max(id), 0) + 1 FROM message")
        message = {"id": number, "key": str(number), "case": case_id, "author": 1, "withdrawn_at": withdrawn_at}
        columns["message"] = number
        await _insert(database, "message", [message])
    await _insert(database, "event", [columns])


async def _insert(database: Database, table: str, rows: list[dict[str, Any]]) -> None:
    await database.insert(table, list(rows[0]), (tuple(row.values()) for row in rows))
