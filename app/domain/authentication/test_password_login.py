"""Every wrong login gets the same answer after the same work; only digests are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from argon2 import PasswordHasher

from app.cast import Cast
from app.domain.authentication import password_hash
from app.domain.authentication.password import set_password
from app.domain.authentication.password_hash import DUMMY_HASH, HashQueue, hash_password, needs_rehash, verify_password
from app.domain.authentication.password_login import WRONG_CREDENTIALS, log_in_with_password
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.result import Visitor
from app.domain.authentication.sessions import OpenSession, begin_session
from app.domain.errors import Invalid, TooManyRequests
from db.tables.people import Person
from db.tables.sessions import Session

PASSWORD = "tramway violet sous la pluie"


async def choose(cast: Cast, now: datetime, new: str = PASSWORD) -> OpenSession:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="tests", now=now, by_link=True)
    session = (await load_request_context(token, now)).session
    assert session
    await set_password(cast.agent_lot, session, current="", new=new, confirmation=new, network="", now=now)
    return session


async def enter(now: datetime, address: str = "agent.lot@exemple.fr", password: str = PASSWORD) -> str:
    visitor = Visitor(browser="b", network="203.0.113.7", browser_label="tests")
    entry = await log_in_with_password(address, password, visitor, remember=False, next_path="", now=now)
    return entry.session_token


async def test_the_right_password_opens_a_session_and_nothing_readable_is_kept(cast: Cast, now: datetime) -> None:
    await choose(cast, now)

    session = (await load_request_context(await enter(now, " Agent.LOT@exemple.fr "), now)).session

    assert session and session.person_id == cast.agent_lot.id and not session.by_link
    kept = (await Person.select(Person.password_hash).where(Person.id == cast.agent_lot.id))[0]["password_hash"]
    assert kept.startswith("$argon2id$") and PASSWORD not in kept


async def test_every_wrong_try_gets_the_same_answer_after_the_same_work(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose(cast, now)
    await Person.update({Person.active: False}).where(Person.id == cast.expert.id)
    verified: list[str] = []
    verify = password_hash._verify_hash

    def noted(known: str, password: str) -> bool:
        verified.append(known[:30])
        return verify(known, password)

    monkeypatch.setattr(password_hash, "_verify_hash", noted)

    engine, asked = Person._meta.db, list[str]()
    ask = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        asked.append(querystring.compile_string()[0])
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    found, written = [], []
    for address in ("agent.lot@exemple.fr", "agent.cher@exemple.fr", cast.expert.address, "nobody@exemple.fr"):
        asked.clear()
        with pytest.raises(Invalid) as refused:
            await enter(now, address, "un autre mot de passe")
        found.append(refused.value.fields)
        written.append(list(asked))

    assert found == [{"mot-de-passe": WRONG_CREDENTIALS}] * 4
    assert verified == [DUMMY_HASH[:30]] * 4, "the same settings for everybody, once each"
    assert written[0] == written[1] == written[2] == written[3] and any("attempt_count" in one for one in written[0])


@pytest.mark.slow
async def test_the_eleventh_try_waits_for_each_person(cast: Cast, now: datetime) -> None:
    await choose(cast, now)
    for address in ("agent.lot@exemple.fr", "nobody@exemple.fr"):
        for _ in range(10):
            with pytest.raises(Invalid):
                await enter(now, address, "un autre mot de passe")
        with pytest.raises(TooManyRequests):
            await enter(now, address)


@pytest.mark.slow
async def test_coming_in_forgets_the_tries(cast: Cast, now: datetime) -> None:
    await choose(cast, now)
    for _ in range(9):
        with pytest.raises(Invalid):
            await enter(now, password="un autre mot de passe")
    await enter(now)
    for _ in range(10):
        with pytest.raises(Invalid):
            await enter(now, password="un autre mot de passe")


async def test_a_hash_of_weaker_settings_is_made_again(cast: Cast, now: datetime) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await Person.update({Person.password_hash: weak}).where(Person.id == cast.agent_lot.id)

    await enter(now)

    kept = (await Person.select(Person.password_hash).where(Person.id == cast.agent_lot.id))[0]["password_hash"]
    assert kept != weak and not needs_rehash(kept) and not needs_rehash(DUMMY_HASH)
    await enter(now)


async def test_a_password_changed_while_it_is_verified_opens_nothing(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose(cast, now)
    newer = await hash_password("k7Rv-q2Lm-9xTe", account="", now=now)

    async def matches_and_changes(lane: HashQueue, known: str, password: str) -> bool:
        right = await verify_password(lane, known, password)
        await Person.update({Person.password_hash: newer}).where(Person.id == cast.agent_lot.id)
        return right

    monkeypatch.setattr("app.domain.authentication.password_login.verify_password", matches_and_changes)

    with pytest.raises(Invalid):
        await enter(now)
    assert await Session.count() == 1
