"""Plays a story, step by step, as the functions of app/domain/cases would write it.

Where the teams stand follows from the functions that the verbs use (progress.py). Each step has a method with the other
rules of its verb. Its rows wait for the last step (rows.py). The steps of all cases are played in order of time, so
that ids follow each other as commits give them.
"""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.audience import Audience
from app.domain.cases.events import ADMINISTRATIVE, EventKind
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.progress.team import Teams, list_present_teams, resolve_addressed_teams
from app.domain.email.queue_email import EmailKind
from bench.generate.book import Book
from bench.generate.letters import Letter, build_letters
from bench.generate.moments import DAY, moment
from bench.generate.progress import DRAFT, advance, list_called_teams
from bench.generate.society import Society
from bench.generate.steps import Step, StepKind, Story
from db.search import fold_text
from db.tables.thread import Event, Message

Row = tuple[Any, ...]
NO_PERSON = 0


class CaseHistory:
    """A case under way. former, progress: where its teams stood before the step, and stand after it."""

    def __init__(self, story: Story, society: Society, book: Book) -> None:
        self.story, self.society, self.book = story, society, book
        self.kept = not story.erased
        self.place, self.closed_by = 0, NO_PERSON
        self.former = self.progress = DRAFT
        self.closed_from, self.outcome = "", ""
        self.sent_at = self.active_at = self.reminded_at = self.closed_at = self.erased_at = 0
        self.last_event = self.last_internal_event = 0
        self.readings: dict[int, tuple[int, int]] = {}
        self.guests: list[tuple[int, int, int]] = []
        self.shown: set[tuple[int, int]] = set()
        self.events: list[Row] = []
        self.messages: list[Row] = []
        self.letters: list[Letter] = []
        self.said: list[str] = []
        self.said_apart: list[str] = []
        self.details = dict(story.words.details) if story.words else {}
        self.by_place: dict[int, int] = {}

    def write_next(self) -> None:
        step = self.story.steps[self.place]
        self.former, self.progress = self.progress, advance(self.progress, step, self.story, self.society.team_of)
        _DEEDS[step.kind](self, step)
        self.place += 1

    def submit(self, step: Step) -> None:
        story, self.sent_at = self.story, step.at
        if story.words:
            self.said = [story.words.subject, story.words.description]
        self._write_to(EmailKind.NEW_CASE, self._members(self.progress.teams), step)
        self._record(EventKind.SENT, step)

    def open(self, step: Step) -> None:
        """The thread has the first opening of each team. A person who opens a case has read it."""
        received = self.former.teams.get(self.society.team_of[step.person])
        if received and not received.seen_at and not self.former.closed:
            self._record(EventKind.OPENED, step, reads=False)
        latest = max(self.last_event, self.last_internal_event) if received else self.last_event
        if latest > self.readings.get(step.person, (-1, 0))[0]:
            self.readings[step.person] = latest, step.at
        if (shown := (step.person, step.at // DAY)) not in self.shown:
            self.shown.add(shown)
            self.book.note(step.at, "case.read", step.person, self.story.id)

    def take(self, step: Step) -> None:
        self._record(EventKind.TAKEN, step)

    def post(self, step: Step, kind: EventKind = EventKind.MESSAGE) -> None:
        number = self._write_message(step, Audience.ALL)
        asks = self.society.team_of[step.person] == self.story.team
        people = self._members(resolve_addressed_teams(self.former.teams)) if asks else {self.story.author}
        self._write_to(EmailKind.MESSAGE, people | self._invited(), step)
        self._record(kind, step, message=number)

    def post_internal_note(self, step: Step) -> None:
        """Changes no status, deadline or turn, and is not marked as read."""
        number = self._write_message(step, Audience.INTERNAL)
        readers = self._list_emailed_teams() | {self.society.team_of[step.person]}
        self._write_to(EmailKind.INTERNAL, self._members(readers), step)
        self._record(EventKind.MESSAGE, step, message=number, audience=Audience.INTERNAL, reads=False)

    def handle(self, step: Step) -> None:
        self.post(step, EventKind.HANDLED)

    def dismiss(self, step: Step) -> None:
        self.post(step, EventKind.IRRELEVANT)

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
        self._write_to(EmailKind.COMPLETED, self._members(list_called_teams(self.former, self.progress)), step)
        self._record(EventKind.COMPLETED, step, about=about)

    def close(self, step: Step) -> None:
        self._settle(step, step.content)
        self._write_to(EmailKind.CLOSED, self._everyone(), step)
        self._record(EventKind.CLOSED, step, reads=step.person != NO_PERSON)

    def reopen(self, step: Step) -> None:
        self.closed_from, self.outcome, self.closed_at, self.closed_by = "", "", 0, NO_PERSON
        self._write_to(EmailKind.REOPENED, self._everyone(), step)
        self._record(EventKind.REOPENED, step)

    def withdraw(self, step: Step) -> None:
        self._settle(step, Outcome.WITHDRAWN)
        self._record(EventKind.WITHDRAWN, step)

    def remind(self, step: Step) -> None:
        self.reminded_at = step.at
        self._write_to(EmailKind.INACTIVE, self._everyone(), step)

    def erase(self, step: Step) -> None:
        self.erased_at, self.closed_by = step.at, NO_PERSON
        self.book.note(step.at, "case.erased", None, self.story.id)

    def _settle(self, step: Step, outcome: str) -> None:
        self.closed_from = self.former.status
        self.closed_at, self.closed_by, self.outcome = step.at, step.person, outcome

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
            self.letters += build_letters(kind, set(people), step, self.story, self.former, self.society)

    def _members(self, teams: Iterable[int]) -> set[int]:
        return {person for team in teams for person in self.society.email_readers.get(team, ())}

    def _list_emailed_teams(self) -> frozenset[int]:
        """The rule of notifications.py: without those that said « non pertinente », unless all did."""
        teams: Teams = self.former.teams
        return frozenset(team for team in teams if not teams[team].irrelevant_at) or list_present_teams(teams)

    def _invited(self) -> set[int]:
        return {person for person, _, _ in self.guests}

    def _everyone(self) -> set[int]:
        return {self.story.author} | self._members(self._list_emailed_teams()) | self._invited()


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
