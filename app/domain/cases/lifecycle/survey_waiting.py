"""Survey answers wait in the memory of their process until those of five people are added together. Source: features.md
S9; docs/decisions.md.

A database keeps the order and the moment of its commits in its log: an answer written alone stands beside the closing,
the case and the person. So nothing of an answer is on disk before its group is added. A stop loses what waits.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from app.domain.cases.events import EventKind
from app.domain.cases.lifecycle.survey_sums import Sums, add_sums
from app.domain.platform.state import in_maintenance
from db.engine import Engine, current_engine, on_commit
from db.tables import Event

TOGETHER = 5
"""People: each group holds one answer of each, so that no sum is one person's."""
QUIET = timedelta(minutes=1)
"""No case was closed for so long when answers are added. A full group waits for it, till night if need be."""


@dataclass
class Group:
    people: set[int] = field(default_factory=set)
    sums: Sums = field(default_factory=Counter)

    def add(self, person: int, answers: Mapping[str, str]) -> None:
        self.people.add(person)
        self.sums.update(answers.items())

    @property
    def full(self) -> bool:
        return len(self.people) >= TOGETHER


class Waiting:
    """An answer joins a group at the turn after it came: a group that is added holds none of the last minute."""

    def __init__(self) -> None:
        self._new: list[tuple[int, dict[str, str]]] = []
        self._groups: list[Group] = []

    def take(self, person: int, answers: Mapping[str, str]) -> None:
        self._new.append((person, dict(answers)))

    def full(self) -> list[Group]:
        return [group for group in self._groups if group.full]

    def drop(self, added: list[Group]) -> None:
        self._groups = [group for group in self._groups if group not in added]

    def settle(self) -> None:
        """Each new answer goes to the first group that has none of this person."""
        for person, answers in self._new:
            group = next((group for group in self._groups if person not in group.people), None)
            if group is None:
                self._groups.append(group := Group())
            group.add(person, answers)
        self._new.clear()


_waiting: "WeakKeyDictionary[Engine, Waiting]" = WeakKeyDictionary()


def waiting_here() -> Waiting:
    """This process's, for the database it works on."""
    return _waiting.setdefault(current_engine(), Waiting())


def keep_waiting(person: int, answers: Mapping[str, str]) -> None:
    """Once the verb's transaction is committed."""
    waiting = waiting_here()
    on_commit(lambda: waiting.take(person, answers))


async def add_full_groups(now: datetime) -> int:
    """How many answers were added. A turn: each process takes one a minute, never sooner.

    Counted in the month of the turn. In maintenance they wait.
    """
    waiting = waiting_here()
    full, added = waiting.full(), 0
    if full and not await in_maintenance() and await _quiet(now):
        await add_sums(f"{now:%Y-%m}", sum((group.sums for group in full), Counter()))
        waiting.drop(full)
        added = sum(len(group.people) for group in full)
    waiting.settle()
    return added


async def _quiet(now: datetime) -> bool:
    latest = (
        await Event.select(Event.happened_at)
        .where(Event.kind.is_in([EventKind.CLOSED, EventKind.WITHDRAWN]))
        .order_by(Event.id, ascending=False)
        .limit(1)
        .first()
    )
    return latest is None or now - latest["happened_at"] >= QUIET
