"""A session is a row: the HMAC of 256 random bits, new at each login, ended at its time."""

import hmac
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.authentication.pending_login import complete_first_factor
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.result import Visitor
from app.domain.authentication.retention import delete_old_logins
from app.domain.authentication.sessions import begin_session, hash_session_token, list_sessions
from app.settings import settings
from db.engine import transaction
from db.tables.sessions import Session


async def begin(cast: Cast, now: datetime, former: str = "") -> str:
    visitor = Visitor(browser="b", network="n", browser_label="tests", former_session=former)
    async with transaction():
        return (await complete_first_factor(cast.agent_lot.id, visitor, remember=False, now=now)).session_token


def _hmac(text: str) -> str:
    return hmac.new(settings.secret_key, text.encode(), "sha256").hexdigest()


async def test_only_a_keyed_digest_of_256_random_bits_is_kept(cast: Cast, now: datetime) -> None:
    tokens = [await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now) for _ in range(20)]

    kept = {row["token_hash"] for row in await Session.select(Session.token_hash)}
    assert len(set(tokens)) == 20 and {len(bytes.fromhex(token)) for token in tokens} == {32}
    assert {digest[8:] for digest in kept} == {_hmac(f"session\0{token}")[8:] for token in tokens}
    assert {digest[:8] for digest in kept} == {_hmac("key mark\0")[:8]}


async def test_the_digest_of_a_session_opens_none(cast: Cast, now: datetime) -> None:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)
    kept = hash_session_token(token)

    assert (await load_request_context(token, now)).session and (await load_request_context(kept, now)).session is None


async def test_a_login_gives_another_secret_and_ends_the_session_that_the_browser_had(
    cast: Cast, now: datetime
) -> None:
    first, elsewhere = await begin(cast, now), await begin(cast, now)

    second = await begin(cast, now, former=first)

    assert second not in {first, elsewhere} and (await load_request_context(first, now)).session is None
    assert (await load_request_context(second, now)).session and (await load_request_context(elsewhere, now)).session


async def test_another_secret_key_ends_every_session(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await begin_session(cast.agent_lot.id, remember=True, browser="t", now=now)
    assert (await load_request_context(token, now)).session

    monkeypatch.setitem(settings.__dict__, "secret_key", b"another")
    mine = await begin_session(cast.agent_lot.id, remember=True, browser="t", now=now)

    assert (await load_request_context(token, now)).session is None and (await load_request_context(mine, now)).session
    assert len(await list_sessions(cast.agent_lot, now)) == 1, "the profile shows no session that opens nothing"
    assert await delete_old_logins(now) == 1 and await Session.count() == 1
