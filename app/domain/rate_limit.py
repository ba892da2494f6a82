"""Limits how often a person does what costs others something: an email, disk space, a download.

The limits stop programs, never a fast person: a burst at once, then one more each interval. Each key has one row in the
database, so that every process counts the same. Source: issue 14, 22.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.accounts.actor import Actor
from app.domain.errors import TooManyRequests
from app.domain.tokens import compute_hmac
from db.tables.rate_limits import RateLimitState


class LimitedAction(StrEnum):
    MESSAGE = "message"
    CASE = "case"
    ACTION = "gesture"
    INVITE = "invite"
    INVITATION_LIST = "list"
    SAME_INVITATION = "same invitation"
    FILE = "file"
    EXPORT = "export"
    SEARCH = "search"
    PASSWORD = "password"  # noqa: S105
    ADDRESS = "address"
    SAME_ADDRESS = "same address"


@dataclass(frozen=True)
class RateLimit:
    """burst at once, then one more each interval. message: what was done too often, the refusal's first sentence."""

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
    LimitedAction.SEARCH: RateLimit(
        60, timedelta(seconds=20), "Beaucoup de recherches sont parties de votre compte en peu de temps."
    ),
    LimitedAction.PASSWORD: RateLimit(
        10, timedelta(minutes=2), "Votre mot de passe a été changé plusieurs fois en peu de temps."
    ),
    LimitedAction.ADDRESS: RateLimit(
        30, timedelta(minutes=2), "Votre compte a demandé beaucoup de changements d’adresse en peu de temps."
    ),
    LimitedAction.SAME_ADDRESS: RateLimit(
        4, timedelta(minutes=15), "Cette adresse a déjà été demandée plusieurs fois en peu de temps."
    ),
}
"""ACTION: each line that a person adds to a case, except messages and sending, and each account reactivated.

INVITE counts addresses. INVITATION_LIST counts lists of addresses: each is an email to every other manager of the team.
"""
_RETENTION = timedelta(days=1)


async def consume_rate_limit(action: LimitedAction, actor: Actor, now: datetime, *, times: int = 1) -> None:
    """Inside the caller's transaction, so that a refused action uses up nothing. Raises TooManyRequests."""
    await consume_rate_limit_of(action, str(actor.id), now, times=times)


async def consume_rate_limit_of(action: LimitedAction, subject: str, now: datetime, *, times: int = 1) -> None:
    """subject: what the limit is for, when it is not a person. Raises TooManyRequests."""
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
"""A time further ahead than uses can reach was written under a clock that has gone back since: now replaces it."""


async def _find_retry_at(key: str, left: int) -> datetime:
    row = await RateLimitState.select(RateLimitState.used_until).where(RateLimitState.key == key).first()
    return datetime.fromtimestamp(((row["used_until"] if row else 0) - left) / 1000, UTC)


def _to_milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


async def delete_unused_rate_limits(now: datetime) -> int:
    """Deletes the rows that nothing has used up for a day. Returns their number."""
    old = RateLimitState.used_until < _to_milliseconds(now - _RETENTION)
    return len(await RateLimitState.delete().where(old).returning(RateLimitState.key))
