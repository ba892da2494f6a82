"""Who has which case open, and who is writing: in the memory of this process, with what the other processes announce.

An open stream of the page of a case is a visit. A message that is saved by itself is writing, for WRITING seconds.
Pages learn it by changes only, at most one for each person in ten seconds (paced_values.py).
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from app.domain.cases.presence import Typing, Visitor, typing_changed
from app.gateways.live.paced_values import PacedValues

WRITING, DEPARTURE = 25.0, 3.0
"""Seconds: after an autosave; before a page that has closed counts, since another one often follows it."""


@dataclass(frozen=True)
class Doing:
    open: bool = False
    writing: bool = False


ABSENT = Doing()


@dataclass(frozen=True, eq=False)
class Visit:
    """wake: makes the page read again who is there."""

    visitor: Visitor
    wake: Callable[[], None]


class Presence:
    """own: what happens in this process, for the others (presence_wire.py). A person without a page is not shown."""

    def __init__(self) -> None:
        self._visits: defaultdict[UUID, list[Visit]] = defaultdict(list)
        self._typed: dict[Visitor, float] = {}
        self._elsewhere: defaultdict[str, dict[Visitor, Doing]] = defaultdict(dict)
        self._shown: defaultdict[UUID, dict[Visitor, Doing]] = defaultdict(dict)
        self._pages = PacedValues[Visitor, Doing](self._combine, self._show, absent=ABSENT)
        self.own = PacedValues[Visitor, Doing](self._find_own, self._tell_others, absent=ABSENT)
        self.others: Callable[[Visitor, Doing], None] | None = None
        self.others_sent: Callable[[Visitor], None] | None = None

    def list_present(self, case_id: UUID) -> dict[Visitor, bool]:
        """Each visitor of the case as pages have learnt it, and whether they are writing."""
        return {visitor: doing.writing for visitor, doing in self._shown.get(case_id, {}).items()}

    def enter(self, visitor: Visitor, wake: Callable[[], None]) -> Visit:
        visit = Visit(visitor, wake)
        self._visits[visitor.case_id].append(visit)
        self.check(visitor)
        return visit

    def leave(self, visit: Visit) -> None:
        case_id = visit.visitor.case_id
        self._visits[case_id].remove(visit)
        if not self._visits[case_id]:
            del self._visits[case_id]
        asyncio.get_running_loop().call_later(DEPARTURE, self.check, visit.visitor)

    def change_typing(self, visitor: Visitor, typing: Typing) -> None:
        if typing == Typing.SAVED:
            loop = asyncio.get_running_loop()
            self._typed[visitor] = loop.time() + WRITING
            loop.call_later(WRITING + 0.1, self.check, visitor)
        elif typing == Typing.EMPTIED:
            self._typed.pop(visitor, None)
        elif self._combine(visitor) != ABSENT:
            self.hear_sent(visitor)
            if self.others_sent:
                self.others_sent(visitor)
        self.check(visitor)

    def check(self, visitor: Visitor) -> None:
        if self._typed.get(visitor, float("inf")) <= asyncio.get_running_loop().time():
            del self._typed[visitor]
        self._pages.check(visitor)
        if self.others:
            self.own.check(visitor)

    def hear(self, process: str, visitor: Visitor, doing: Doing) -> None:
        """What another process announces."""
        if doing == ABSENT:
            self._elsewhere[process].pop(visitor, None)
        else:
            self._elsewhere[process][visitor] = doing
        self._pages.check(visitor)

    def hear_sent(self, visitor: Visitor) -> None:
        """Pages learn it with the line of the message, which wakes them: no announcement of its own."""
        self._typed.pop(visitor, None)
        for known in self._elsewhere.values():
            if visitor in known:
                known[visitor] = Doing(open=known[visitor].open)
        self.own.assume(visitor, self._find_own(visitor))
        if visitor in self._shown.get(visitor.case_id, {}):
            self._shown[visitor.case_id][visitor] = Doing(open=True)
            self._pages.assume(visitor, Doing(open=True))

    def forget(self, *processes: str) -> None:
        """These processes have stopped, or their announcements may have been missed: the caller checks_all later."""
        for process in processes:
            self._elsewhere.pop(process, None)

    def check_all(self) -> None:
        for visitor in [visitor for shown in self._shown.values() for visitor in shown]:
            self.check(visitor)

    def _combine(self, visitor: Visitor) -> Doing:
        known = [self._find_own(visitor), *self._list_elsewhere(visitor)]
        is_open = any(one.open for one in known)
        return Doing(is_open, is_open and any(one.writing for one in known))

    def _list_elsewhere(self, visitor: Visitor) -> Iterator[Doing]:
        return (known[visitor] for known in self._elsewhere.values() if visitor in known)

    def _find_own(self, visitor: Visitor) -> Doing:
        return Doing(
            any(visit.visitor == visitor for visit in self._visits.get(visitor.case_id, ())), visitor in self._typed
        )

    def _tell_others(self, visitor: Visitor, doing: Doing) -> None:
        if self.others:
            self.others(visitor, doing)

    def _show(self, visitor: Visitor, doing: Doing) -> None:
        """Wakes the pages of the same side alone: the other side's timing shows nothing."""
        shown = self._shown[visitor.case_id]
        shown[visitor] = doing
        if doing == ABSENT:
            del shown[visitor]
        if not shown:
            del self._shown[visitor.case_id]
        for visit in self._visits.get(visitor.case_id, ()):
            if visit.visitor.side == visitor.side and visit.visitor.person_id != visitor.person_id:
                visit.wake()


@asynccontextmanager
async def follow_typing(presence: Presence) -> AsyncIterator[None]:
    typing_changed.connect(presence.change_typing)
    try:
        yield
    finally:
        typing_changed.disconnect(presence.change_typing)
