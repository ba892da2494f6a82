"""A session is a row of ours: the digest of 256 random bits, new at each login, ended where it says."""

import hashlib
from datetime import datetime

from app.cast import Cast
from app.domain.login.entry import Visitor
from app.domain.login.pending import begin_or_wait
from app.domain.login.recognition import recognise
from app.domain.login.sessions import begin_session
from db.engine import transaction
from db.tables import Session


async def begin(cast: Cast, now: datetime, former: str = "") -> str:
    visitor = Visitor(browser="b", network="n", label="tests", former=former)
    async with transaction():
        return (await begin_or_wait(cast.agent_lot.id, visitor, remember=False, now=now)).session_token


async def test_only_the_sha_256_of_256_random_bits_is_kept(cast: Cast, now: datetime) -> None:
    tokens = [await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now) for _ in range(20)]

    kept = {row["token_hash"] for row in await Session.select(Session.token_hash)}
    assert len(set(tokens)) == 20 and {len(bytes.fromhex(token)) for token in tokens} == {32}
    assert kept == {hashlib.sha256(token.encode()).hexdigest() for token in tokens}


async def test_the_digest_of_a_session_opens_none(cast: Cast, now: datetime) -> None:
    token = await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)
    kept = hashlib.sha256(token.encode()).hexdigest()

    assert (await recognise(token, now)).session and (await recognise(kept, now)).session is None


async def test_a_login_gives_another_secret_and_ends_the_session_that_the_browser_had(
    cast: Cast, now: datetime
) -> None:
    first, elsewhere = await begin(cast, now), await begin(cast, now)

    second = await begin(cast, now, former=first)

    assert second not in {first, elsewhere} and (await recognise(first, now)).session is None
    assert (await recognise(second, now)).session and (await recognise(elsewhere, now)).session
