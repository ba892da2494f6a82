"""A person’s phone, whose authenticator holds their secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.accounts.actor import Actor
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.second_factor import complete_factor_setup, make_setup_offer
from app.domain.authentication.sessions import OpenSession, begin_session
from app.domain.authentication.totp import STEP_SECONDS, compute_code, compute_step


@dataclass(frozen=True)
class Phone:
    secret: str
    recovery_codes: list[str]

    def current_code(self, now: datetime) -> str:
        return compute_code(self.secret, compute_step(now))

    def wrong_code(self, now: datetime) -> str:
        """Six digits that are the code of no near half minute."""
        near = {compute_code(self.secret, compute_step(now) + slip) for slip in range(-3, 4)}
        return next(f"{guess:06d}" for guess in range(100) if f"{guess:06d}" not in near)


async def open_session(actor: Actor, now: datetime) -> OpenSession:
    token = await begin_session(actor.id, remember=False, browser="tests", now=now)
    session = (await load_request_context(token, now)).session
    assert session is not None
    return session


async def set_up_second_factor(actor: Actor, now: datetime) -> Phone:
    """Set up a minute ago, so that the code of `now` is not used yet."""
    offer, before = make_setup_offer(actor), now - timedelta(seconds=2 * STEP_SECONDS)
    code = compute_code(offer.secret, compute_step(before))
    return Phone(
        offer.secret,
        await complete_factor_setup(actor, await open_session(actor, before), offer, code=code, now=before),
    )
