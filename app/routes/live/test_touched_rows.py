"""A case that is set aside changes the lists of the team at once, and wakes no page of another team or of an agent."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar, Request

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.set_aside import bring_back, bring_back_due, set_aside
from app.domain.cases.live_update import event_recorded
from app.gateways.live.bus import LiveBus
from app.routes.live.stream import make_list_filter, stream_events
from app.routes.live.test_stream import SignIn, request_of, settled
from app.routes.live.updates import make_list_updates

Pieces = dict[str, list[str]]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_only_the_lists_of_the_team_follow(
    cast: Cast, case_id: UUID, application: Litestar, sign_in: SignIn, now: datetime
) -> None:
    bus: LiveBus = application.state.bus
    people = {"julien": cast.referent_caf_lot, "helene": cast.manager_caf_lot}
    others = {"paul": cast.referent_msa_lot, "carmen": cast.agent_lot}
    pieces: Pieces = {name: [] for name in people | others}
    streams = [
        asyncio.create_task(follow(pieces[name], await request_for(sign_in, application, actor)))
        for name, actor in (people | others).items()
    ]
    await settled(lambda: all(pieces.values()))
    first = {name: len(found) for name, found in pieces.items()}
    event_recorded.connect(bus.publish)
    try:
        await set_aside(cast.referent_caf_lot, case_id, now.date() + timedelta(days=2), now, for_team=True)
        await settled(lambda: all("Mises de côté (1)" in pieces[name][-1] for name in people))
        assert all(f'id="c-{case_id}" hx-swap-oob="delete"' in pieces[name][-1] for name in people)
        await bring_back(cast.manager_caf_lot, case_id, now)
        await settled(lambda: "Mises de côté (0)" in pieces["julien"][-1])
        assert "Aide en retard" in pieces["julien"][-1]
        await set_aside(cast.referent_caf_lot, case_id, now.date() + timedelta(days=2), now)
        await settled(lambda: "Mises de côté (1)" in pieces["julien"][-1])
        await bring_back_due(now + timedelta(days=3))
        await settled(lambda: "Mises de côté (0)" in pieces["julien"][-1])
        assert {name: len(pieces[name]) for name in others} == {name: first[name] for name in others}
    finally:
        event_recorded.disconnect(bus.publish)
        for one in streams:
            one.cancel()


async def request_for(sign_in: SignIn, application: Litestar, actor: Actor) -> Request[Any, Any, Any]:
    return request_of(await sign_in(actor), application, actor)


async def follow(pieces: list[str], request: Request[Any, Any, Any]) -> None:
    touched = set[UUID]()
    bus = request.app.state.bus
    queue = bus.subscribe(request.user)
    async for piece in stream_events(request, queue, make_list_updates(request, touched), make_list_filter(touched)):
        pieces.append(piece.decode())
