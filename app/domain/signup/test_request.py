"""A signup costs the same work for any address, and is not stored for ever."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.cast import Cast
from app.domain.errors import Invalid, TooManyRequests
from app.domain.members.invitation import invite_to_team
from app.domain.signup.request import SignupForm, request_account
from app.domain.signup.retention import delete_old_signups
from db.tables.audit import AttemptCount
from db.tables.email import Email
from db.tables.members import Invitation
from db.tables.people import Person
from db.tables.signup import Signup

Asking = Callable[..., Awaitable[int]]
TeamOf = Callable[[str], Awaitable[int]]


@pytest.mark.parametrize("harm", [{"address": "zoe"}, {"reason": ""}, {"address": "agent.lot@exemple.fr", "area": ""}])
async def test_a_form_that_is_refused_counts_for_its_network_too(
    cast: Cast, signup_request: SignupForm, now: datetime, monkeypatch: pytest.MonkeyPatch, harm: dict[str, Any]
) -> None:
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 3)
    for _ in range(3):
        with pytest.raises(Invalid):
            await request_account(replace(signup_request, **harm), network="203.0.113.7", now=now)

    for one in (replace(signup_request, **harm), signup_request):
        with pytest.raises(TooManyRequests):
            await request_account(one, network="203.0.113.7", now=now)
    await request_account(signup_request, network="203.0.113.8", now=now)


async def state_and_letter() -> list[tuple[str, str]]:
    states = [row["state"] for row in await Signup.select(Signup.state).order_by(Signup.id)]
    return list(zip(states, [row["kind"] for row in await Email.select(Email.kind)], strict=True))


async def test_a_request_waits_and_is_confirmed(create_signup: Asking) -> None:
    await create_signup(first_name="  Zoé ")

    (row,) = await Signup.select(Signup.address, Signup.first_name, Signup.state)
    assert row == {"address": "zoe.neuve@exemple.fr", "first_name": "Zoé", "state": "waiting"}
    assert await state_and_letter() == [("waiting", "signup")]


async def test_who_has_an_account_is_told_by_letter_alone_for_the_same_work(cast: Cast, create_signup: Asking) -> None:
    await create_signup(address=cast.agent_lot.address)

    assert await state_and_letter() == [("known", "known")]
    counted = await AttemptCount.select(AttemptCount.action, AttemptCount.times)
    assert counted == [{"action": "signup.asked", "times": 1}]


async def test_a_deactivated_person_waits_for_a_decision(cast: Cast, create_signup: Asking) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    await create_signup(address=cast.agent_lot.address)

    assert await state_and_letter() == [("waiting", "signup")]


async def test_asking_again_takes_the_place_of_what_waits(create_signup: Asking) -> None:
    await create_signup()
    await create_signup(team_name="Autre structure")

    (row,) = await Signup.select(Signup.team_name)
    assert row["team_name"] == "Autre structure"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("address", "zoe", "adresse"),
        ("first_name", " ", "prenom"),
        ("function", "", "fonction"),
        ("phone", "plus tard", "telephone"),
        ("area", "", "departement"),
        ("area", "999", "departement"),
        ("organisation", 999_999, "organisme"),
        ("team_name", " ", "structure"),
        ("reason", "", "motif"),
        ("last_name", "x" * 61, "nom"),
    ],
)
async def test_each_field_says_what_it_needs(
    cast: Cast, signup_request: SignupForm, now: datetime, field: str, value: Any, named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await request_account(replace(signup_request, **{field: value}), network="n", now=now)

    assert list(refused.value.fields) == [named] and await Signup.count() == await Email.count() == 0


async def test_the_sixth_in_a_quarter_of_an_hour_is_too_many(create_signup: Asking) -> None:
    for _ in range(5):
        await create_signup()
    with pytest.raises(TooManyRequests):
        await create_signup()
    await create_signup(address="autre@exemple.fr")


async def test_nothing_is_kept_past_sixty_days(
    cast: Cast, create_signup: Asking, find_team: TeamOf, now: datetime
) -> None:
    await create_signup()
    await invite_to_team(cast.admin, await find_team("CAF du Lot"), "paul@exemple.fr", now)
    assert await delete_old_signups(now + timedelta(days=59)) == 0

    assert await delete_old_signups(now + timedelta(days=60)) == 1
    assert await Signup.count() == 0 and await Invitation.count() == 1
    assert await delete_old_signups(now + timedelta(days=67)) == 1
    assert await Invitation.count() == 0
    assert await Email.count().where(Email.kind != "joining") == 0, "a manager's letter holds a moment and no address"
