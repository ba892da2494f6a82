"""What is served leaves nothing in circles: what outlived one full collection need not be looked through again."""

import gc
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from litestar import Request

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.conftest import case_id, draft_id
from app.settings import ROOT
from app.testing import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]
__all__ = ["case_id", "draft_id"]
LOOKED = """
import gc
from app.serving import look_once
look_once()
before, there = gc.get_freeze_count(), [[] for _ in range(1000)]
gc.collect()
assert before and gc.get_freeze_count() >= before + 1000, gc.get_freeze_count()
"""


@contextmanager
def in_circles() -> Iterator[list[object]]:
    """Filled at the end: the requests that only Python's full collection finds."""
    found: list[object] = []
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        found += [one for one in gc.garbage if isinstance(one, Request)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_no_request_is_left_whatever_was_answered(cast: Cast, case_id: UUID, signed_in: SignIn) -> None:
    browser = await signed_in(cast.agent_lot)
    with in_circles() as left:
        page = await browser.get(f"/demandes/{case_id}")
        assert (await browser.press(page, "Envoyer le message", message="")).status == 422
        assert (await browser.press(page, "Envoyer le message", message="Bien reçu.")).status == 200
        for path, status in (("/demandes", 200), ("/rien", 404), ("/administration", 404)):
            assert (await browser.get(path)).status == status
    assert not left


def test_what_outlived_a_look_is_looked_through_no_more() -> None:
    subprocess.run([sys.executable, "-c", LOOKED], cwd=ROOT, check=True)
