"""How often a person may do what costs others something: a letter, a place on the disk, a file that leaves.

A fast person is never stopped, a program is. What is used up comes back little by little: so many at once, then one
each few seconds. One row a key, in the database: every process counts the same. Source: issue 14, 22.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.accounts.actor import Actor
from app.domain.errors import TooManyRequests
from app.domain.tokens import compute_hmac
from db.tables import RateLimitState


class LimitedAction(StrEnum):
    MESSAGE = "message"
    CASE = "case"
    ACTION = "gesture"
    INVITE = "invite"
    INVITATION_LIST = "list"
    SAME_INVITATION = "same invitation"
    FILE = "file"
    EXPORT = "export"
    PASSWORD = "password"  # noqa: S105


@dataclass(frozen=True)
class RateLimit:
    """at_once, then one more each `every`; said: what was done a lot, as the refusal begins."""

    burst: int
    interval: timedelta
    message: str


RATE_LIMITS = {
    LimitedAction.MESSAGE: RateLimit(
        30, timedelta(seconds=6), "Beaucoup de messages sont partis de votre compte en peu de temps."
    ),
    LimitedAction.CASE: RateLimit(
        30, timedelta(seconds=30), "Beaucoup de demandes sont parties de votre compte en peu de temps."
    ),
    LimitedAction.ACTION: RateLimit(
        60, timedelta(seconds=10), "Votre compte a fait beaucoup d’actions en peu de temps."
    ),
    LimitedAction.INVITE: RateLimit(
        300, timedelta(seconds=12), "Votre compte a envoyé beaucoup d’invitations en peu de temps."
    ),
    LimitedAction.INVITATION_LIST: RateLimit(
        30, timedelta(seconds=20), "Votre compte a envoyé beaucoup d’invitations en peu de temps."
    ),
    LimitedAction.SAME_INVITATION: RateLimit(
        4, timedelta(minutes=15), "Cette personne a déjà reçu plusieurs fois l’invitation."
    ),
    LimitedAction.FILE: RateLimit(
        100, timedelta(seconds=6), "Beaucoup de pièces jointes sont arrivées de votre compte."
    ),
    LimitedAction.EXPORT: RateLimit(
        20, timedelta(seconds=30), "Votre compte a téléchargé beaucoup de listes en peu de temps."
    ),
    LimitedAction.PASSWORD: RateLimit(
        10, timedelta(minutes=2), "Votre mot de passe a été changé plusieurs fois en peu de temps."
    ),
}
"""GESTURE: each line that a person adds to a case, messages and sending apart, and each account opened again.

INVITE counts addresses. LIST counts the lists that they come in: each is a letter to every other manager of the team.
"""
_RETENTION = timedelta(days=1)


async def consume_rate_limit(action: LimitedAction, actor: Actor, now: datetime, *, times: int = 1) -> None:
    """In the verb's transaction, so that what is refused uses up nothing. Raises TooOften."""
    await consume_rate_limit_of(action, str(actor.id), now, times=times)


async def consume_rate_limit_of(action: LimitedAction, subject: str, now: datetime, *, times: int = 1) -> None:
    """limited: what the limit is for, when it is not a person. Raises TooOften."""
    rate, at = RATE_LIMITS[action], _to_milliseconds(now)
    every, key = rate.interval // timedelta(milliseconds=1), compute_hmac("allowance", f"{action}\0{subject}")
    most, cost = rate.burst * every, min(times, rate.burst) * every
    far = at + 2 * most
    spent = await RateLimitState.raw(_CONSUME_QUERY, key, at + cost, at, far, at, cost, at + most - cost, far)
    if not spent:
        free_at = await _find_retry_at(key, most - cost)
        raise TooManyRequests(max(free_at, now + timedelta(seconds=1)), now, rate.message)


_CONSUME_QUERY = """INSERT INTO rate_limit_state (key, used_until) VALUES ({}, {}) ON CONFLICT (key) DO UPDATE
    SET used_until = CASE WHEN rate_limit_state.used_until BETWEEN {} AND {} THEN rate_limit_state.used_until
        ELSE {} END + {}
    WHERE rate_limit_state.used_until <= {} OR rate_limit_state.used_until > {} RETURNING key"""
"""What lies further ahead than anyone can have used up was counted by a clock that has gone back since."""


async def _find_retry_at(key: str, left: int) -> datetime:
    row = await RateLimitState.select(RateLimitState.used_until).where(RateLimitState.key == key).first()
    return datetime.fromtimestamp(((row["used_until"] if row else 0) - left) / 1000, UTC)


def _to_milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


async def delete_unused_rate_limits(now: datetime) -> int:
    """Rows of which nothing is used up any more."""
    old = RateLimitState.used_until < _to_milliseconds(now - _RETENTION)
    return len(await RateLimitState.delete().where(old).returning(RateLimitState.key))
