"""Brakes: so many attempts in a quarter of an hour, per account and per network address. Source: features.md L6.

A stranger's browser is counted for its network, its account from that network, and its account; a familiar one by
itself alone.

An office shares one network address: its limit is far larger. What is limited is kept as a keyed digest alone, for a
quarter of an hour, in the database: every process counts the same.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.accounts.address import Mailbox, parse_address
from app.domain.errors import Invalid, TooManyRequests
from app.domain.tokens import compute_hmac
from db.advisory_lock import take_advisory_locks
from db.engine import is_postgres, transaction
from db.tables import RateLimitHit

WINDOW = timedelta(minutes=15)
_PURGE_BATCH = 100


class Attempt(StrEnum):
    LINK = "link"
    PASSWORD = "password"  # noqa: S105
    CODE = "code"
    SIGNUP = "signup"
    SECOND_FACTOR = "second"
    PROVIDER = "provider"


PER_ACCOUNT = {
    Attempt.LINK: 5,
    Attempt.PASSWORD: 10,
    Attempt.CODE: 10,
    Attempt.SIGNUP: 5,
    Attempt.SECOND_FACTOR: 10,
    Attempt.PROVIDER: 20,
}
"""From one network; twice as much from all. For PROVIDER no account is known yet: each browser counts as one."""
PER_NETWORK = 600
"""An office, or every office of an operator, leaves by one address. No setting: it is the same wherever it runs."""
PER_DOMAIN = {Attempt.LINK: 1_000, Attempt.SIGNUP: 100}
"""Letters to one domain. A thousand people of one operator come in for the first time in the same quarter of an hour;
a hundred of them have no account yet. Who has a mailbox under every name of a domain receives no more than that."""
PER_SERVER = {Attempt.LINK: 5_000, Attempt.SIGNUP: 500}
"""Letters to all domains: five such operators. Familiar browsers count in neither, and neither stops them."""


async def count_attempt(
    attempt: Attempt, *, account: str, network: str, now: datetime, known_browser: str = "", domain: str = ""
) -> None:
    """Counts an attempt before it is made, whether or not the account exists. Raises TooOften, and then counts nothing.

    familiar: the browser's number where this account has come in before; its attempts are counted apart from those of
    all the others and of its network, which thus keep no person out (known_browser.py). domain: of the address that a
    letter goes to.

    Never call it inside another transaction: a refused attempt would not be counted.
    """
    limits = {
        **_list_limits(attempt, account, network, known_browser),
        **_list_domain_limits(attempt, domain, known_browser),
    }
    async with transaction():
        await take_advisory_locks(*limits)
        free_at = max([await _find_retry_at(key, most, now) for key, most in limits.items()])
        if free_at > now:
            raise TooManyRequests(free_at, now)
        await RateLimitHit.insert(*(RateLimitHit(key=key, happened_at=now) for key in limits))
        await _purge(now)


async def read_limited_address(attempt: Attempt, typed: str, *, network: str, now: datetime) -> Mailbox:
    """The mailbox. What is no address counts for its network as an address does. Raises Invalid, TooOften."""
    try:
        return parse_address(typed)
    except Invalid:
        await count_attempt(attempt, account="", network=network, now=now)
        raise


def build_signed_in_key(person_id: int) -> str:
    """What counts apart, as a familiar browser does, the tries of a person whose session is open."""
    return f"session of {person_id}"


async def release_attempts(attempt: Attempt, *, account: str, network: str, known_browser: str = "") -> None:
    """Forgets an account's attempts once one of them has led somewhere. The network address stays counted."""
    keys = {
        *_list_account_limits(attempt, account, network, ""),
        *_list_account_limits(attempt, account, network, known_browser),
    }
    await RateLimitHit.delete().where(RateLimitHit.key.is_in(list(keys)))


def _list_limits(attempt: Attempt, account: str, network: str, known_browser: str) -> dict[str, int]:
    """Each key that is counted, with its limit."""
    if known_browser:
        return _list_account_limits(attempt, account, network, known_browser)
    own = _list_account_limits(attempt, account, network, "") if account else {}
    return {**own, _compute_key(attempt, "network", network): PER_NETWORK}


def _list_account_limits(attempt: Attempt, account: str, network: str, known_browser: str) -> dict[str, int]:
    """From one network a stranger uses up half of what an account is given: the other half is left to its owner."""
    most = PER_ACCOUNT[attempt]
    if known_browser:
        return {_compute_key(attempt, "familiar", f"{known_browser}\0{account}"): most}
    return {
        _compute_key(attempt, "account", account): 2 * most,
        _compute_key(attempt, "account-network", f"{network}\0{account}"): most,
    }


def _list_domain_limits(attempt: Attempt, domain: str, known_browser: str) -> dict[str, int]:
    """The limits of a domain and of the whole, for what writes a letter."""
    if not domain or known_browser:
        return {}
    return {
        _compute_key(attempt, "domain", domain): PER_DOMAIN[attempt],
        _compute_key(attempt, "all", ""): PER_SERVER[attempt],
    }


def _compute_key(attempt: Attempt, scope: str, value: str) -> str:
    return compute_hmac(f"brake-{attempt}-{scope}", value)


async def _find_retry_at(key: str, limit: int, now: datetime) -> datetime:
    """When there are fewer than `most` attempts in the window: the moment the most-th latest one leaves it.

    What a clock that has gone back since had counted keeps nobody out; a machine a little ahead counts all the same.
    """
    row = await (
        RateLimitHit.select(RateLimitHit.happened_at)
        .where(
            RateLimitHit.key == key, RateLimitHit.happened_at > now - WINDOW, RateLimitHit.happened_at < now + WINDOW
        )
        .order_by(RateLimitHit.happened_at, ascending=False)
        .offset(limit - 1)
        .limit(1)
    )
    free_at: datetime = row[0]["happened_at"] + WINDOW if row else now
    return free_at


async def _purge(now: datetime) -> None:
    """Each attempt sweeps more old rows than it adds."""
    out = (RateLimitHit.happened_at <= now - WINDOW) | (RateLimitHit.happened_at >= now + WINDOW)
    query = RateLimitHit.select(RateLimitHit.id).where(out).limit(_PURGE_BATCH)
    old = await (query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query)
    if old:
        await RateLimitHit.delete().where(RateLimitHit.id.is_in([row["id"] for row in old]))
