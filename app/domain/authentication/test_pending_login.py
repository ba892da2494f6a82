"""No session before the second factor; each code once, five attempts, in the same browser, for ten minutes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.authentication.known_browser import build_known_browser_cookie
from app.domain.authentication.pending_login import (
    LIFETIME,
    MAX_TRIES,
    complete_first_factor,
    has_pending_login,
    log_in_with_code,
    log_in_with_recovery_code,
)
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.result import LoginResult, Visitor
from app.domain.authentication.sessions import close_other_sessions, end_person_sessions
from app.domain.authentication.totp import STEP_SECONDS
from app.domain.errors import Invalid, TooManyRequests
from app.tests.support.authentication_fixtures import Phone, open_session, set_up_second_factor
from db.engine import transaction
from db.tables.audit import AttemptCount, AuditEntry
from db.tables.email import Email
from db.tables.login import PendingLogin
from db.tables.people import Person
from db.tables.sessions import Session

DESK = Visitor(browser="desk", network="203.0.113.7", browser_label="Firefox sous Linux")
OTHER = replace(DESK, browser="elsewhere")


async def first_factor(cast: Cast, now: datetime, visitor: Visitor = DESK) -> LoginResult:
    async with transaction():
        return await complete_first_factor(
            cast.agent_lot.id, visitor, remember=True, next_path="/profil", by_link=True, now=now
        )


async def sessions() -> int:
    return int(await Session.count().where(Session.browser == DESK.browser_label))


@pytest.fixture
async def phone(cast: Cast, now: datetime) -> Phone:
    return await set_up_second_factor(cast.agent_lot, now)


async def test_who_has_none_is_in_at_once(cast: Cast, now: datetime) -> None:
    entry = await first_factor(cast, now)

    session = (await load_request_context(entry.session_token, now)).session
    assert session and not session.second_factor and not await has_pending_login("desk", now)


async def test_no_session_before_the_code_and_then_one_as_asked(cast: Cast, phone: Phone, now: datetime) -> None:
    entry = await first_factor(cast, now)
    assert entry.needs_second_factor and await sessions() == 0 and await has_pending_login("desk", now)

    given = await log_in_with_code(f" {phone.current_code(now)[:3]} {phone.current_code(now)[3:]}", DESK, now)

    assert given and (given.remember, given.next_path) == (True, "/profil")
    session = (await load_request_context(given.session_token, now)).session
    assert session and session.second_factor and session.by_link and session.browser == DESK.browser_label
    assert await PendingLogin.count() == 0
    found = [row["action"] for row in await AuditEntry.select(AuditEntry.action).order_by(AuditEntry.id)][-2:]
    assert found == ["login.code_asked", "login"]


async def test_another_browser_does_not_go_on_with_it(cast: Cast, phone: Phone, now: datetime) -> None:
    await first_factor(cast, now)

    assert await log_in_with_code(phone.current_code(now), OTHER, now) is None
    assert await log_in_with_recovery_code(phone.recovery_codes[0], OTHER, now) is None
    assert await sessions() == 0


async def test_a_code_is_good_once_even_for_another_login(cast: Cast, phone: Phone, now: datetime) -> None:
    await first_factor(cast, now)
    assert await log_in_with_code(phone.current_code(now), DESK, now)
    await first_factor(cast, now, OTHER)

    with pytest.raises(Invalid):
        await log_in_with_code(phone.current_code(now), OTHER, now + timedelta(seconds=5))
    later = now + timedelta(seconds=STEP_SECONDS)
    assert await log_in_with_code(phone.current_code(later), OTHER, later)


async def test_nine_uses_at_once_of_one_code_open_one_session(cast: Cast, phone: Phone, now: datetime) -> None:
    desks = [replace(DESK, browser=f"desk {turn}", network=f"203.0.113.{turn}") for turn in range(9)]
    for desk in desks:
        await first_factor(cast, now, desk)

    given = await asyncio.gather(
        *(log_in_with_code(phone.current_code(now), desk, now) for desk in desks), return_exceptions=True
    )

    assert sum(isinstance(one, LoginResult) for one in given) == 1 and await sessions() == 1
    assert sum(isinstance(one, Invalid) for one in given) == 8


async def test_five_wrong_codes_end_the_login_and_the_right_one_comes_too_late(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    await first_factor(cast, now)
    for _ in range(MAX_TRIES):
        assert await has_pending_login("desk", now)
        with pytest.raises(Invalid):
            await log_in_with_code(phone.wrong_code(now), DESK, now)

    assert (
        not await has_pending_login("desk", now) and await log_in_with_code(phone.current_code(now), DESK, now) is None
    )
    assert await sessions() == 0
    refused = await AuditEntry.count().where(
        AuditEntry.action == "login.refused", AuditEntry.target_person_id == cast.agent_lot.id
    )
    assert refused == 1, "the first of the hour; the others are counted"
    counted = await AttemptCount.select(AttemptCount.times).where(AttemptCount.action == "login.refused")
    assert counted == [{"times": MAX_TRIES}]


async def test_fifty_guesses_at_once_are_five(cast: Cast, phone: Phone, now: datetime) -> None:
    await first_factor(cast, now)

    given = await asyncio.gather(
        *(log_in_with_code(phone.wrong_code(now), DESK, now) for _ in range(50)), return_exceptions=True
    )

    assert sum(isinstance(one, Invalid) for one in given) == MAX_TRIES


async def test_guesses_are_counted_over_all_the_logins_of_an_account(cast: Cast, phone: Phone, now: datetime) -> None:
    for _ in range(2):
        await first_factor(cast, now)
        for _ in range(MAX_TRIES):
            with pytest.raises(Invalid):
                await log_in_with_code(phone.wrong_code(now), DESK, now)
    await first_factor(cast, now)

    with pytest.raises(TooManyRequests):
        await log_in_with_code(phone.current_code(now), DESK, now)
    later = now + timedelta(minutes=15)
    await first_factor(cast, later)
    assert await log_in_with_code(phone.current_code(later), DESK, later)


async def test_wrong_codes_of_strangers_stop_no_familiar_browser(
    cast: Cast, phone: Phone, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have the password, and use up all attempts of strangers, from each network, this person’s included."""
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 10)
    for network in (DESK.network, "198.51.100.66"):
        for turn in range(2):
            stranger = Visitor(browser=f"stranger {network} {turn}", network=network, browser_label="curl")
            await first_factor(cast, now, stranger)
            for _ in range(MAX_TRIES):
                with pytest.raises(Invalid):
                    await log_in_with_code(phone.wrong_code(now), stranger, now)
    known = replace(DESK, known_browser_cookie=build_known_browser_cookie("", cast.agent_lot.address))
    for desk in (
        replace(known, known_browser_cookie=build_known_browser_cookie("", cast.agent_cher.address)),
        replace(OTHER, network="n"),
    ):
        await first_factor(cast, now, desk)
        with pytest.raises(TooManyRequests):
            await log_in_with_code(phone.current_code(now), desk, now)

    await first_factor(cast, now, known)
    with pytest.raises(Invalid):
        await log_in_with_code(phone.wrong_code(now), known, now)

    assert await log_in_with_code(phone.current_code(now), known, now)


async def test_it_waits_ten_minutes(cast: Cast, phone: Phone, now: datetime) -> None:
    await first_factor(cast, now)
    assert await has_pending_login("desk", now + LIFETIME - timedelta(seconds=1))

    late = now + LIFETIME
    assert (
        not await has_pending_login("desk", late)
        and await log_in_with_code(phone.current_code(late), DESK, late) is None
    )
    await first_factor(cast, late, OTHER)
    assert await PendingLogin.count() == 1, "what has ended is swept"


async def test_a_recovery_code_stands_in_once_and_the_person_is_told(cast: Cast, phone: Phone, now: datetime) -> None:
    await first_factor(cast, now)
    assert await log_in_with_recovery_code(phone.recovery_codes[3].upper().replace("-", " "), DESK, now)
    await first_factor(cast, now)

    with pytest.raises(Invalid) as refused:
        await log_in_with_recovery_code(phone.recovery_codes[3], DESK, now)

    assert list(refused.value.fields) == ["code-de-secours"]
    assert await log_in_with_recovery_code(phone.recovery_codes[4], DESK, now)
    assert await Email.count().where(Email.kind == "code_used", Email.person == cast.agent_lot.id) == 2
    assert (
        await AuditEntry.count().where(AuditEntry.action == "login.recovery", AuditEntry.person_id == cast.agent_lot.id)
        == 2
    )


@pytest.mark.parametrize("typed", ["", "-", "abcd-efgh-jkmn", "\0", "é" * 40])
async def test_what_is_no_recovery_code_opens_nothing(cast: Cast, phone: Phone, now: datetime, typed: str) -> None:
    await first_factor(cast, now)

    with pytest.raises(Invalid):
        await log_in_with_recovery_code(typed, DESK, now)


@pytest.mark.parametrize("end", ["closed account", "sessions ended", "password changed"])
async def test_what_ends_the_sessions_ends_it_too(cast: Cast, phone: Phone, now: datetime, end: str) -> None:
    await first_factor(cast, now)
    if end == "closed account":
        await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    elif end == "sessions ended":
        await end_person_sessions(cast.agent_lot.id)
    else:
        await close_other_sessions(cast.agent_lot, await open_session(cast.agent_lot, now), now)

    assert await log_in_with_code(phone.current_code(now), DESK, now) is None
    assert await sessions() == 0
