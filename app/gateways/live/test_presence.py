"""An open page is presence, an autosave is writing, and both end. Pages of the same side alone learn it."""

import asyncio
from uuid import uuid4

import pytest

from app.domain.accounts.actor import Side
from app.domain.cases.presence import Typing, Visitor
from app.gateways.live import paced_values, presence
from app.gateways.live.presence import Presence

CASE = uuid4()
CARMEN, BASTIEN = (Visitor(CASE, person, Side.AGENT) for person in (1, 2))
JULIEN, HELENE = (Visitor(CASE, person, Side.REFERENT) for person in (3, 4))


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paced_values, "INTERVAL", 0.2)
    monkeypatch.setattr(presence, "WRITING", 0.5)
    monkeypatch.setattr(presence, "DEPARTURE", 0.05)


class Watcher:
    """A page that counts what wakes it."""

    def __init__(self, here: Presence, visitor: Visitor) -> None:
        self.woken = 0
        self.visit = here.enter(visitor, self._wake)

    def _wake(self) -> None:
        self.woken += 1


async def test_pages_of_the_same_side_are_woken_and_no_other() -> None:
    here = Presence()
    julien, carmen = Watcher(here, JULIEN), Watcher(here, CARMEN)

    helene = Watcher(here, HELENE)
    here.change_typing(HELENE, Typing.SAVED)
    await asyncio.sleep(0.3)

    assert here.list_present(CASE) == {JULIEN: False, CARMEN: False, HELENE: True}
    assert (julien.woken, carmen.woken, helene.woken) == (2, 0, 0)
    assert not here.list_present(uuid4())


async def test_a_page_that_is_loaded_again_signals_nothing() -> None:
    here = Presence()
    julien, helene = Watcher(here, JULIEN), Watcher(here, HELENE)
    here.leave(helene.visit)
    again = Watcher(here, HELENE)
    await asyncio.sleep(0.3)
    assert julien.woken == 1

    here.leave(again.visit)
    await asyncio.sleep(0.3)

    assert julien.woken == 2 and here.list_present(CASE) == {JULIEN: False}


async def test_in_one_interval_a_person_who_comes_writes_and_leaves_is_one_signal() -> None:
    here = Presence()
    julien, helene = Watcher(here, JULIEN), Watcher(here, HELENE)
    for _ in range(20):
        here.change_typing(HELENE, Typing.SAVED)
        here.change_typing(HELENE, Typing.EMPTIED)
    here.leave(helene.visit)
    await asyncio.sleep(0.15)
    assert julien.woken == 1
    await asyncio.sleep(0.2)
    assert julien.woken == 2 and HELENE not in here.list_present(CASE)


@pytest.mark.parametrize("end", [Typing.EMPTIED, Typing.SENT, None])
async def test_writing_ends_with_the_message_or_after_a_while(end: Typing | None) -> None:
    here = Presence()
    julien = Watcher(here, JULIEN)
    Watcher(here, HELENE)
    here.change_typing(HELENE, Typing.SAVED)
    await asyncio.sleep(0.3)
    assert here.list_present(CASE)[HELENE]
    woken = julien.woken

    if end:
        here.change_typing(HELENE, end)
    await asyncio.sleep(0 if end == Typing.SENT else 0.6)

    assert not here.list_present(CASE)[HELENE]
    assert julien.woken == (woken if end == Typing.SENT else woken + 1), "a message wakes by its own line"


async def test_a_person_without_an_open_page_is_not_shown_and_nothing_stays() -> None:
    here = Presence()
    here.change_typing(HELENE, Typing.SAVED)
    assert not here.list_present(CASE)
    helene = Watcher(here, HELENE)
    here.leave(helene.visit)
    await asyncio.sleep(1.2)
    assert not here._visits and not here._typed and not here._shown and not here._pages._announced
