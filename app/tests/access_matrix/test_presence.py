"""Who is there reaches people of the same side alone, by the page and by the stream; never who may not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Side
from app.domain.audience import Audience
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.presence import Typing, Visitor
from app.gateways.live import paced_values
from app.gateways.live.presence import Presence
from app.routes.live import stream
from app.tests.access_matrix.thread_visibility import READABLE_AUDIENCES, Scene, SignIn, build_scene
from app.tests.access_matrix.world import end_stream

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

REFERENTS = {who for who, audiences in READABLE_AUDIENCES.items() if Audience.INTERNAL in audiences}
ELSEWHERE = "referent of the same organisation elsewhere"
AGENTS = {who for who, audiences in READABLE_AUDIENCES.items() if audiences} - REFERENTS


@pytest.fixture
async def scene(cast: Cast, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(stream, "_wait_for_signals", end_stream)
    return await build_scene(cast, sign_in, clock.now)


@pytest.fixture
def presence(application: Litestar) -> Presence:
    found: Presence = application.state.presence
    return found


def enter_all(scene: Scene, presence: Presence) -> None:
    """Each person, as of both sides and without a right: what is announced in memory is never believed."""
    for actor in scene.people.values():
        for side in Side:
            presence.enter(Visitor(scene.case, actor.id, side), lambda: None)


def find_named(scene: Scene, html: str) -> set[str]:
    parts = BeautifulSoup(html, "html.parser").select("#presents, #ecrit")
    words = " ".join(part.get_text() for part in parts)
    return {who for who, actor in scene.people.items() if actor.full_name in words}


async def read_page(scene: Scene, who: str) -> str:
    return str((await scene.browsers[who].http.get(scene.path)).text)


async def read_stream(scene: Scene, who: str) -> str:
    """Of a page that comes back and may show an old line."""
    answer = await scene.browsers[who].http.get(f"{scene.path}/flux?presence=1")
    return str(answer.text)


@pytest.mark.parametrize("read", [read_page, read_stream])
@pytest.mark.parametrize("typing", [None, Typing.SAVED])
async def test_each_person_sees_those_of_their_own_side_and_no_other(
    scene: Scene, presence: Presence, monkeypatch: pytest.MonkeyPatch, read: object, typing: Typing | None
) -> None:
    monkeypatch.setattr("app.text.presence._MOST_NAMES", 20)
    monkeypatch.setattr(paced_values, "INTERVAL", 0.0)
    enter_all(scene, presence)
    for visitor in presence.list_present(scene.case) if typing else ():
        presence.change_typing(visitor, typing or Typing.EMPTIED)
    for who in scene.people:
        side = next((side for side in (AGENTS, REFERENTS) if who in side), set())
        html = await read(scene, who)  # type: ignore[operator]
        assert find_named(scene, html) == side - {who}, who


async def test_who_loses_the_right_is_named_no_more_and_receives_no_name(
    scene: Scene, presence: Presence, clock: Clock
) -> None:
    enter_all(scene, presence)
    assert "referent of the other team" in find_named(scene, await read_page(scene, "colleague of the writer"))

    await transfer(
        scene.people["referent of the other team"],
        scene.case,
        scene.people[ELSEWHERE].seats[0].team_id,
        "Cher",
        clock.now,
    )

    assert not find_named(scene, await read_stream(scene, "referent of the other team"))
    for read in (read_page, read_stream):
        named = find_named(scene, await read(scene, "colleague of the writer"))
        assert "referent of the other team" not in named and ELSEWHERE in named, "whose team reads it now"
