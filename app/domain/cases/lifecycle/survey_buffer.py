"""Survey answers wait in the memory of their process. They are added to the counts of the database in groups of at
least five people.

A database's log keeps the order and the time of commits: an answer written alone could be matched with a closing at the
same moment. So no answer is on disk before its group is added. A stop of the process loses the answers that wait.
Source: features.md S9; docs/decisions/0132.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from app.domain.cases.events import EventKind
from app.domain.cases.lifecycle.survey_counts import AnswerCounts, add_answer_counts
from app.domain.platform.state import is_in_maintenance
from db.engine import Engine, get_current_engine, on_commit
from db.tables.thread import Event

GROUP_SIZE = 5
"""People in a full group, at least. No sum is then one person's."""
QUIET_PERIOD = timedelta(minutes=1)
"""A group is added only after this time without a closing, so that it cannot be matched with a recent one."""


@dataclass
class AnswerGroup:
    people: set[int] = field(default_factory=set)
    counts: AnswerCounts = field(default_factory=Counter)

    def add(self, person: int, answers: Mapping[str, str]) -> None:
        self.people.add(person)
        self.counts.update(answers.items())

    @property
    def is_full(self) -> bool:
        return len(self.people) >= GROUP_SIZE


class AnswerBuffer:
    """New answers join a group at the end of a run of add_full_groups: a group that is added has none of the last
    minute.
    """

    def __init__(self) -> None:
        self._new: list[tuple[int, dict[str, str]]] = []
        self._groups: list[AnswerGroup] = []

    def add_answers(self, person: int, answers: Mapping[str, str]) -> None:
        self._new.append((person, dict(answers)))

    def list_full_groups(self) -> list[AnswerGroup]:
        return [group for group in self._groups if group.is_full]

    def remove_groups(self, added: list[AnswerGroup]) -> None:
        self._groups = [group for group in self._groups if group not in added]

    def assign_new_answers(self) -> None:
        """An answer joins the first group that has none of its person."""
        for person, answers in self._new:
            group = next((group for group in self._groups if person not in group.people), None)
            if group is None:
                self._groups.append(group := AnswerGroup())
            group.add(person, answers)
        self._new.clear()


_buffers: "WeakKeyDictionary[Engine, AnswerBuffer]" = WeakKeyDictionary()


def find_answer_buffer() -> AnswerBuffer:
    """The buffer of this process for the current database."""
    return _buffers.setdefault(get_current_engine(), AnswerBuffer())


def buffer_answers(person: int, answers: Mapping[str, str]) -> None:
    """The answers are buffered once the caller's transaction is committed. answers: question -> answer."""
    waiting = find_answer_buffer()
    on_commit(lambda: waiting.add_answers(person, answers))


async def add_full_groups(now: datetime) -> int:
    """Returns the number of people whose answers are added. The caller runs it once a minute in each process, never
    more often.

    Answers count in the month of the run. They wait during maintenance.
    """
    waiting = find_answer_buffer()
    full, added = waiting.list_full_groups(), 0
    if full and not await is_in_maintenance() and await _is_quiet(now):
        await add_answer_counts(f"{now:%Y-%m}", sum((group.counts for group in full), Counter()))
        waiting.remove_groups(full)
        added = sum(len(group.people) for group in full)
    waiting.assign_new_answers()
    return added


async def _is_quiet(now: datetime) -> bool:
    latest = (
        await Event.select(Event.happened_at)
        .where(Event.kind.is_in([EventKind.CLOSED, EventKind.WITHDRAWN]))
        .order_by(Event.id, ascending=False)
        .limit(1)
        .first()
    )
    return latest is None or now - latest["happened_at"] >= QUIET_PERIOD
