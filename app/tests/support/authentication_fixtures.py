"""Somebody's telephone, with the authenticator that holds their secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.accounts.actor import Actor
from app.domain.authentication.identify import recognise
from app.domain.authentication.second_factor import new_offer, set_up
from app.domain.authentication.sessions import OpenSession, begin_session
from app.domain.authentication.totp import HALF_MINUTE, code_at, step_of


@dataclass(frozen=True)
class Phone:
    secret: str
    recovery: list[str]

    def code(self, now: datetime) -> str:
        return code_at(self.secret, step_of(now))

    def wrong(self, now: datetime) -> str:
        """Six digits that no near half minute gives."""
        near = {code_at(self.secret, step_of(now) + slip) for slip in range(-3, 4)}
        return next(f"{guess:06d}" for guess in range(100) if f"{guess:06d}" not in near)


async def session_of(actor: Actor, now: datetime) -> OpenSession:
    token = await begin_session(actor.id, remember=False, browser="tests", now=now)
    session = (await recognise(token, now)).session
    assert session is not None
    return session


async def with_factor(actor: Actor, now: datetime) -> Phone:
    """Set up a minute ago: the code of now is fresh."""
    offer, before = new_offer(actor), now - timedelta(seconds=2 * HALF_MINUTE)
    code = code_at(offer.secret, step_of(before))
    return Phone(offer.secret, await set_up(actor, await session_of(actor, before), offer, code=code, now=before))
