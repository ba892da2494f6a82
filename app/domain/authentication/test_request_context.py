"""Identifying the actor is one query, and sees every change since the last one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.sessions import IDLE_TIMEOUT, begin_session, end_person_sessions
from app.domain.platform.state import begin_maintenance, end_maintenance
from app.domain.teams.teams import add_member
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team


async def test_everybody_is_who_they_are_in_one_question(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()
    ask = Case._meta.db.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        asked.append(str(querystring))
        return await ask(querystring, *more, **options)

    for actor in vars(cast).values():
        token = await begin_session(actor.id, remember=False, browser="tests", now=now)
        monkeypatch.setattr(Case._meta.db, "run_querystring", note)
        found = await load_request_context(token, now)
        monkeypatch.undo()
        assert found.actor == actor and found.session and found.session.person_id == actor.id
    assert len(asked) == len(vars(cast))


async def test_what_changed_counts_at_the_next_question(cast: Cast, now: datetime) -> None:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="tests", now=now)
    caf = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert caf

    await add_member(cast.agent_lot.id, caf["id"])
    found = (await load_request_context(token, now)).actor
    assert found and [seat.team_name for seat in found.seats][-1] == "CAF du Lot" and len(found.seats) == 2
    assert found == await load_actor(cast.agent_lot.id)
    await Membership.delete().where(Membership.person == cast.agent_lot.id)
    alone = await load_request_context(token, now)
    assert alone.actor and alone.actor.seats == () and alone.contacts == ()

    await begin_maintenance(None, now)
    assert (await load_request_context(token, now)).platform.read_only and (
        await load_request_context("", now)
    ).platform.read_only
    await end_maintenance(None, now)
    assert not (await load_request_context(token, now)).platform.read_only

    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    assert (await load_request_context(token, now)).actor is None


async def test_no_one_without_an_open_session(cast: Cast, now: datetime) -> None:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="tests", now=now)
    late = now + IDLE_TIMEOUT + timedelta(seconds=1)
    for secret, moment in ((token, late), ("", now), (token[:-1], now)):
        found = await load_request_context(secret, moment)
        assert (found.session, found.actor, found.contacts) == (None, None, ())

    await end_person_sessions(cast.agent_lot.id)

    assert (await load_request_context(token, now)).actor is None
