"""The number of attempts in a quarter of an hour, counted once by all processes; nothing readable is stored."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.login_rate_limit import (
    PER_ACCOUNT,
    PER_DOMAIN,
    PER_NETWORK,
    PER_SERVER,
    WINDOW,
    Attempt,
    count_attempt,
    release_attempts,
)
from app.domain.authentication.password_login import log_in_with_password
from app.domain.authentication.result import Visitor
from app.domain.errors import Invalid, TooManyRequests
from app.settings import ROOT
from db.tables.rate_limits import RateLimitHit

WHO = {"account": "agent.lot@exemple.fr", "network": "203.0.113.7"}


async def tries(many: int, attempt: Attempt, now: datetime, **who: str) -> None:
    for _ in range(many):
        await count_attempt(attempt, now=now, **(WHO | who))


@pytest.mark.parametrize("attempt", list(Attempt))
async def test_one_more_than_the_limit_says_when_to_come_back(database: str, now: datetime, attempt: Attempt) -> None:
    await tries(PER_ACCOUNT[attempt], attempt, now)

    with pytest.raises(TooManyRequests) as refused:
        await count_attempt(attempt, now=now + timedelta(minutes=4), **WHO)

    assert refused.value.retry_at == now + WINDOW and refused.value.retry_after == timedelta(minutes=11)
    await count_attempt(attempt, now=refused.value.retry_at, **WHO)


async def test_the_window_slides_and_a_refused_attempt_does_not_lengthen_it(database: str, now: datetime) -> None:
    for minute in range(5):
        await count_attempt(Attempt.LINK, now=now + timedelta(minutes=minute), **WHO)
    for _ in range(3):
        with pytest.raises(TooManyRequests):
            await count_attempt(Attempt.LINK, now=now + timedelta(minutes=14), **WHO)

    await count_attempt(Attempt.LINK, now=now + timedelta(minutes=15), **WHO)
    with pytest.raises(TooManyRequests) as refused:
        await count_attempt(Attempt.LINK, now=now + timedelta(minutes=15), **WHO)
    assert refused.value.retry_at == now + timedelta(minutes=16)


async def test_kinds_and_accounts_are_counted_apart(database: str, now: datetime) -> None:
    await tries(5, Attempt.LINK, now)

    await count_attempt(Attempt.PASSWORD, now=now, **WHO)
    await count_attempt(Attempt.LINK, now=now, **(WHO | {"account": "agent.cher@exemple.fr"}))


async def test_fifty_at_once_are_five(database: str, now: datetime) -> None:
    results = await asyncio.gather(
        *(count_attempt(Attempt.LINK, now=now, **WHO) for _ in range(50)), return_exceptions=True
    )

    assert results.count(None) == 5
    assert sum(isinstance(result, TooManyRequests) for result in results) == 45


async def test_a_whole_office_shares_its_address_and_one_machine_is_stopped(database: str, now: datetime) -> None:
    for person in range(PER_NETWORK):
        await count_attempt(Attempt.LINK, account=f"a{person}@exemple.fr", network="203.0.113.7", now=now)

    with pytest.raises(TooManyRequests):
        await count_attempt(Attempt.LINK, account="autre@exemple.fr", network="203.0.113.7", now=now)
    await count_attempt(Attempt.LINK, account="autre@exemple.fr", network="203.0.113.8", now=now)


async def test_a_domain_and_the_whole_have_their_limits_which_stop_no_familiar_browser(
    database: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PER_DOMAIN, Attempt.LINK, 3)
    monkeypatch.setitem(PER_SERVER, Attempt.LINK, 5)

    async def ask(number: int, domain: str, known_browser: str = "") -> None:
        account = f"a{number}@{domain}"
        await count_attempt(
            Attempt.LINK, account=account, network=f"n{number}", now=now, domain=domain, known_browser=known_browser
        )

    for number in range(3):
        await ask(number, "caf.exemple.fr")
    with pytest.raises(TooManyRequests):
        await ask(4, "caf.exemple.fr")
    await ask(4, "caf.exemple.fr", known_browser="a known browser")
    for number in (5, 6):
        await ask(number, f"msa{number}.exemple.fr")
    with pytest.raises(TooManyRequests):
        await ask(7, "cpam.exemple.fr")
    await ask(7, "cpam.exemple.fr", known_browser="a known browser")
    assert "exemple.fr" not in str(await RateLimitHit.select())


def test_a_whole_operator_may_come_in_the_same_morning_from_any_network() -> None:
    assert PER_DOMAIN[Attempt.LINK] > PER_NETWORK and PER_SERVER[Attempt.LINK] >= 5 * PER_DOMAIN[Attempt.LINK]


async def test_coming_in_forgets_the_accounts_attempts_not_the_networks(database: str, now: datetime) -> None:
    await tries(5, Attempt.LINK, now)
    await release_attempts(Attempt.LINK, **WHO)

    await tries(5, Attempt.LINK, now)
    assert await RateLimitHit.count() == 5 + 3 * 5


async def test_nothing_readable_is_kept_and_old_rows_go(database: str, now: datetime) -> None:
    await tries(5, Attempt.LINK, now)
    kept = str(await RateLimitHit.select())
    assert WHO["account"] not in kept and WHO["network"] not in kept

    await tries(1, Attempt.LINK, now + WINDOW, account="autre@exemple.fr", network="203.0.113.8")
    assert await RateLimitHit.count() == 3


@pytest.mark.parametrize("attempt", list(Attempt))
async def test_a_stranger_of_one_network_leaves_an_account_to_its_owner_in_another(
    database: str, now: datetime, attempt: Attempt
) -> None:
    most = PER_ACCOUNT[attempt]
    await tries(most, attempt, now)
    with pytest.raises(TooManyRequests):
        await tries(1, attempt, now)

    await tries(most, attempt, now, network="2001:db8:7::/48")
    with pytest.raises(TooManyRequests):
        await tries(1, attempt, now, network="198.51.100.1")


async def test_no_network_stops_a_familiar_browser_and_it_uses_up_nothing_of_others(
    database: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 3)
    await tries(3, Attempt.PASSWORD, now, account="autre@exemple.fr")

    await tries(PER_ACCOUNT[Attempt.PASSWORD], Attempt.PASSWORD, now, known_browser="0123456789abcdef")

    with pytest.raises(TooManyRequests):
        await tries(1, Attempt.PASSWORD, now)
    await tries(3, Attempt.PASSWORD, now, network="198.51.100.1")


VISITOR = Visitor(browser="b", network=WHO["network"], browser_label="tests")


async def ask(address: str, now: datetime) -> None:
    await request_login_link(address, browser="b", network=WHO["network"], remember=False, next_path="", now=now)


async def try_password(address: str, now: datetime) -> None:
    await log_in_with_password(address, "x", VISITOR, remember=False, next_path="", now=now)


@pytest.mark.parametrize("attempt", [ask, try_password])
async def test_asks_of_a_network_count_alike_for_every_address(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, attempt: Callable[[str, datetime], Awaitable[None]]
) -> None:
    """Known, unknown, written otherwise, no address: the fourth is the last, and the refusal does not differ."""
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 4)
    for typed in ("agent.lot@exemple.fr", "inconnue@exemple.fr", " Agent.LOT@exemple.fr", "agent.lot@"):
        with suppress(Invalid):
            await attempt(typed, now)

    for typed in ("agent.lot@exemple.fr", "inconnue@exemple.fr", "agent.cher@exemple.fr", "agent.lot@"):
        with pytest.raises(TooManyRequests):
            await attempt(typed, now)


ELSEWHERE = """
import asyncio, sys
from datetime import datetime
from app.domain.errors import TooManyRequests
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from db.engine import get_current_engine

async def count() -> None:
    await get_current_engine().start()
    now, passed = datetime.fromisoformat(sys.argv[1]), 0
    for _ in range(4):
        try:
            await count_attempt(Attempt.LINK, account="agent.lot@exemple.fr", network="203.0.113.7", now=now)
            passed += 1
        except TooManyRequests:
            pass
    await get_current_engine().stop()
    print(passed)

asyncio.run(count())
"""


async def test_another_process_counts_the_same(database: str, now: datetime) -> None:
    """Two more, started together: of their eight and our three attempts, five pass."""
    environment = {**os.environ, "DATABASE_URL": database}
    command = [sys.executable, "-c", ELSEWHERE, now.isoformat()]
    processes = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    ours = await asyncio.gather(*(tries(1, Attempt.LINK, now) for _ in range(3)), return_exceptions=True)
    passed = [int((await process.communicate())[0]) for process in processes]

    assert ours.count(None) + sum(passed) == 5 and all(process.returncode == 0 for process in processes)
    with pytest.raises(TooManyRequests):
        await count_attempt(Attempt.LINK, now=now, **WHO)
