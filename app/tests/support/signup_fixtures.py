"""A person who asks for an account."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.signup.request import SignupForm, request_account
from db.tables.signup import Signup


@pytest.fixture
def signup_request() -> SignupForm:
    return SignupForm(
        address="Zoe.Neuve@exemple.fr",
        first_name="Zoé",
        last_name="Neuve",
        function="Conseillère",
        phone="01 99 00 12 34",
        organisation=None,
        area="46",
        team_name="France Services de Figeac",
        reason="J’accueille du public depuis lundi.",
    )


@pytest.fixture
def create_signup(cast: Cast, signup_request: SignupForm, now: datetime) -> Callable[..., Awaitable[int]]:
    """Creates the signup with these fields changed. Returns its id."""

    async def ask(**changes: Any) -> int:
        await request_account(replace(signup_request, **changes), network="n", now=now)
        row = await Signup.select(Signup.id).order_by(Signup.id, ascending=False).first()
        assert row is not None
        return int(row["id"])

    return ask
