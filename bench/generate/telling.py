"""Plays a story, step by step, as the functions of app/domain/cases would write it.

Each step has a method with the rules of one of those functions. Its rows wait for the last step (rows.py). The steps of
all cases are played in order of time, so that ids follow each other as commits give them.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Side
from app.domain.audience import Audience
from app.domain.calendar.working_days import add_working_days
from app.domain.case_status import Status, compute_next_status
from app.domain.case_status import Step as Move
from app.domain.cases.events import ADMINISTRATIVE, EventKind
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.lifecycle.lateness import FIRST_ANSWER_DAYS, NEXT_ANSWER_DAYS
from app.domain.email.queue_email import EmailKind
from bench.generate.book import Book
from bench.generate.moments import DAY, moment
from bench.generate.society import Society
from bench.generate.steps import Step, StepKind, Story
from db.search import fold_text
from db.tables.thread import Event, Message

Row = tuple[Any, ...]
NO_PERSON = 0


class CaseHistory:
    """A case under way. seen: recipient team -> when it first opened the case."""

    def __init__(self, story: Story, society: Society, book: Book) -> None:
        self.story, self.society, self.book = story, society, book
        self.kept = not story.erased
        self.place = 0
        self.status, self.before, self.outcome = Status.DRAFT, "", ""
        self.next_side: str = ""
        self.sent_at = self.active_at = self.handled_at = self.reminded_at = self.closed_at = self.erased_at = 0
        self.closed_by = NO_PERSON
        self.last_event = self.last_internal_event = 0
        self.late_from: datetime | None = None
        self.seen: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.irrelevant: dict[int, int] = {}
        self.readings: dict[int, tuple[int, int]] = {}
        self.guests: list[tuple[int, int, int]] = []
        self.shown: set[tuple[int, int]] = set()
        self.events: list[Row] = []
        self.messages: list[Row] = []
        self.letters: list[tuple[EmailKind, int, int]] = []
        self.said: list[str] = []
        self.said_apart: list[str] = []
        self.details = dict(story.words.details) if story.words else {}
        self.by_place: dict[int, int] = {}

    def write_next(self) -> None:
        step = self.story.steps[self.place]
        _DEEDS[step.kind](self, step)
        self.place += 1

    def submit(self, step: Step) -> None:
        story, self.sent_at = self.story, step.at
        self._move(Move.SENT)
        self.next_side = Side.REFERENT
        self.seen = dict.fromkeys(story.teams, 0)
        if story.words:
            self.said = [story.words.subject, story.words.description]
        self._wait(step.at)
        self._write_to(EmailKind.NEW_CASE, self._referents(), step)
        self._record(EventKind.SENT, step)

    def open(self, step: Step) -> None:
        """A referent’s first opening sets the status Consultée. A person who opens a case has read it."""
        team = self.society.team_of[step.person]
        referent = team in self.seen
        if referent and not self.seen[team]:
            self.seen[team] = step.at
            if self.status != Status.CLOSED:
                self._move(Move.OPENED)
                self._record(EventKind.OPENED, step, reads=False)
        latest = max(self.last_event, self.last_internal_event) if referent else self.last_event
        if latest > self.readings.get(step.person, (-1, 0))[0]:
            self.readings[step.person] = latest, step.at
        if (shown := (step.person, step.at // DAY)) not in self.shown:
            self.shown.add(shown)
            self.book.note(step.at, "case.read", step.person, self.story.id)

    def take(self, step: Step) -> None:
        self.taken[self.society.team_of[step.person]] = step.person
        self._record(EventKind.TAKEN, step)

    def post(self, step: Step, kind: EventKind = EventKind.MESSAGE) -> None:
        number = self._write_message(step, Audience.ALL)
        if self._asks(step):
            self._wait(step.at)
            people, self.next_side = self._referents(), Side.REFERENT
        else:
            self._move(Move.ANSWERED)
            self.late_from, self.next_side = None, Side.AGENT
            people = {self.story.author}
        self.handled_at = step.at if kind == EventKind.HANDLED else 0
        self._write_to(EmailKind.MESSAGE, people | self._invited(), step)
        self._record(kind, step, message=number)

    def post_internal_note(self, step: Step) -> None:
        """Changes no status, deadline or turn, and is not marked as read."""
        number = self._write_message(step, Audience.INTERNAL)
        self._write_to(EmailKind.INTERNAL, self._referents(), step)
        self._record(EventKind.MESSAGE, step, message=number, audience=Audience.INTERNAL, reads=False)

    def handle(self, step: Step) -> None:
        self.post(step, EventKind.HANDLED)

    def dismiss(self, step: Step) -> None:
        self.post(step, EventKind.IRRELEVANT)
        self.irrelevant[self.society.team_of[step.person]] = step.at

    def invite(self, step: Step) -> None:
        self.guests.append((step.invited_person, step.person, step.at))
        self._write_to(EmailKind.INVITED, {step.invited_person}, step)
        self._record(EventKind.COLLEAGUE, step, other_person=step.invited_person)

    def complete(self, step: Step) -> None:
        """Fills in a field that was not known when the case was sent."""
        about = ""
        if self.details:
            label = next(iter(self.details))
            self.details[label], about = step.content, f"{label} : {step.content} (auparavant : non connu)"
        self._record(EventKind.COMPLETED, step, about=about)

    def close(self, step: Step) -> None:
        self._settle(step, step.content)
        self._write_to(EmailKind.CLOSED, self._everyone(), step)
        self._record(EventKind.CLOSED, step, reads=step.person != NO_PERSON)

    def reopen(self, step: Step) -> None:
        self.status = compute_next_status(self.status, Move.REOPENED, Status(self.before))
        self._wait(step.at)
        self.before, self.outcome, self.closed_at, self.closed_by = "", "", 0, NO_PERSON
        self.next_side = Side.REFERENT
        self._write_to(EmailKind.REOPENED, self._everyone(), step)
        self._record(EventKind.REOPENED, step)

    def withdraw(self, step: Step) -> None:
        self._settle(step, Outcome.WITHDRAWN)
        self.seen = {}
        self._record(EventKind.WITHDRAWN, step)

    def remind(self, step: Step) -> None:
        self.reminded_at = step.at
        self._write_to(EmailKind.INACTIVE, self._everyone(), step)

    def erase(self, step: Step) -> None:
        self.erased_at, self.closed_by = step.at, NO_PERSON
        self.taken.clear()
        self.book.note(step.at, "case.erased", None, self.story.id)

    def _settle(self, step: Step, outcome: str) -> None:
        self.before = self.status
        self._move(Move.CLOSED)
        self.closed_at, self.closed_by, self.outcome = step.at, step.person, outcome
        self.next_side, self.late_from = "", None

    def _move(self, move: Move) -> None:
        self.status = compute_next_status(self.status, move)

    def _asks(self, step: Step) -> bool:
        return self.society.team_of[step.person] == self.story.team

    def _wait(self, at: int) -> None:
        # the rule of lateness.compute_late_from; an erased case keeps no date
        first, now = self.status != Status.ANSWERED, moment(at)
        movable = self.late_from is None or (not first and self.late_from > now)
        if self.kept and movable:
            self.late_from = add_working_days(now, FIRST_ANSWER_DAYS if first else NEXT_ANSWER_DAYS, self.story.area)

    def _write_message(self, step: Step, audience: Audience) -> int:
        """The message’s id. An erased case keeps nothing else of it."""
        number = next(self.book.numbers[Message])
        if self.kept:
            self.by_place[self.place] = number
            team, at = self.society.team_of[step.person], moment(step.at)
            row = (number, self.story.id, step.person, team, audience.value, step.content, at, f"genere-{number}")
            self.messages.append(row)
            (self.said if audience == Audience.ALL else self.said_apart).append(step.content)
        return number

    def _record(
        self,
        kind: EventKind,
        step: Step,
        *,
        message: int | None = None,
        audience: Audience = Audience.ALL,
        about: str = "",
        other_person: int | None = None,
        reads: bool = True,
    ) -> None:
        number, team = next(self.book.numbers[Event]), self.society.team_of.get(step.person)
        self.book.note(step.at, f"case.{kind}", step.person or None, self.story.id, team, other_person)
        actor = step.person or None
        left = (actor, team, message) if self.kept else (None, team, None)
        others = (about, None, other_person) if self.kept else ("", None, None)
        self.events.append((number, self.story.id, kind.value, *left, audience.value, moment(step.at), *others))
        if audience == Audience.INTERNAL:
            self.last_internal_event = number
            return
        self.last_event = number
        if kind not in ADMINISTRATIVE:
            self.active_at, self.reminded_at = step.at, 0
        if reads:
            self.readings[step.person] = number, step.at

    def _write_to(self, kind: EmailKind, people: Iterable[int], step: Step) -> None:
        if self.kept:
            hearing = self.society.email_addresses.intersection(people) - {step.person}
            self.letters += [(kind, person, step.at) for person in sorted(hearing)]

    def _referents(self) -> set[int]:
        return (
            {person for team in self.seen for person in self.society.email_readers.get(team, ())}
            if self.kept
            else set()
        )

    def _invited(self) -> set[int]:
        return {person for person, _, _ in self.guests}

    def _everyone(self) -> set[int]:
        return {self.story.author} | self._referents() | self._invited()


_DEEDS: dict[StepKind, Callable[[CaseHistory, Step], None]] = {
    StepKind.SUBMIT: CaseHistory.submit,
    StepKind.OPEN: CaseHistory.open,
    StepKind.TAKE: CaseHistory.take,
    StepKind.POST: CaseHistory.post,
    StepKind.APART: CaseHistory.post_internal_note,
    StepKind.HANDLE: CaseHistory.handle,
    StepKind.DISMISS: CaseHistory.dismiss,
    StepKind.INVITE: CaseHistory.invite,
    StepKind.COMPLETE: CaseHistory.complete,
    StepKind.CLOSE: CaseHistory.close,
    StepKind.REOPEN: CaseHistory.reopen,
    StepKind.WITHDRAW: CaseHistory.withdraw,
    StepKind.REMIND: CaseHistory.remind,
    StepKind.EXPIRE: CaseHistory.close,
    StepKind.ERASE: CaseHistory.erase,
}


def fold_texts(said: Iterable[str]) -> str:
    """Folds texts as search_index.rebuild_search_text does."""
    return " ".join(fold_text(one) for one in said)
