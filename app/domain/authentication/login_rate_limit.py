"""Limits attempts in a quarter of an hour, per account and per network address. Source: features.md L6.

An unknown browser counts for its network, for its account from that network, and for its account. A known browser
counts for itself alone (known_browser.py).

An office shares one network address, so the limit of a network is far larger. Keys are stored as HMACs, for a quarter
of an hour, in the database: every process counts the same.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.accounts.address import Mailbox, parse_address
from app.domain.errors import Invalid, TooManyRequests
from app.domain.tokens import compute_hmac
from db.advisory_lock import take_advisory_locks
from db.engine import is_postgres, transaction
from db.tables.rate_limits import RateLimitHit

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
"""From one network; twice as much from all. PROVIDER knows no account yet: each browser counts as one."""
PER_NETWORK = 600
"""One address serves an office, or every office of an operator. This is no setting: it is the same wherever it runs."""
PER_DOMAIN = {Attempt.LINK: 1_000, Attempt.SIGNUP: 100}
"""Emails to one domain. A thousand people of one operator may log in for the first time in the same quarter of an hour;
a hundred of them have no account yet. An attacker who has a mailbox under every name of a domain receives no more than
that.
"""
PER_SERVER = {Attempt.LINK: 5_000, Attempt.SIGNUP: 500}
"""Emails to all domains: enough for five such operators. Known browsers are neither counted nor stopped here."""


async def count_attempt(
    attempt: Attempt, *, account: str, network: str, now: datetime, known_browser: str = "", domain: str = ""
) -> None:
    """Counts an attempt before it is made, whether or not the account exists.

    known_browser: the browser's number where this account has logged in before; its attempts count apart. domain: of
    the address that gets an email. Raises TooManyRequests, and then counts nothing.

    Never call it inside another transaction: the rollback of a failed attempt would undo the count.
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
    """An invalid address counts for its network, as a valid one does. Raises Invalid, TooManyRequests."""
    try:
        return parse_address(typed)
    except Invalid:
        await count_attempt(attempt, account="", network=network, now=now)
        raise


def build_signed_in_key(person_id: int) -> str:
    """A value for known_browser: attempts of a person whose session is open count apart."""
    return f"session of {person_id}"


async def release_attempts(attempt: Attempt, *, account: str, network: str, known_browser: str = "") -> None:
    """Forgets an account's attempts once one has succeeded. Those of the network address stay counted."""
    keys = {
        *_list_account_limits(attempt, account, network, ""),
        *_list_account_limits(attempt, account, network, known_browser),
    }
    await RateLimitHit.delete().where(RateLimitHit.key.is_in(list(keys)))


def _list_limits(attempt: Attempt, account: str, network: str, known_browser: str) -> dict[str, int]:
    """key -> limit."""
    if known_browser:
        return _list_account_limits(attempt, account, network, known_browser)
    own = _list_account_limits(attempt, account, network, "") if account else {}
    return {**own, _compute_key(attempt, "network", network): PER_NETWORK}


def _list_account_limits(attempt: Attempt, account: str, network: str, known_browser: str) -> dict[str, int]:
    """One network uses up half of an account's limit: the other half is left to the owner of the account."""
    most = PER_ACCOUNT[attempt]
    if known_browser:
        return {_compute_key(attempt, "familiar", f"{known_browser}\0{account}"): most}
    return {
        _compute_key(attempt, "account", account): 2 * most,
        _compute_key(attempt, "account-network", f"{network}\0{account}"): most,
    }


def _list_domain_limits(attempt: Attempt, domain: str, known_browser: str) -> dict[str, int]:
    """The limits of a domain and of the server, for attempts that send an email."""
    if not domain or known_browser:
        return {}
    return {
        _compute_key(attempt, "domain", domain): PER_DOMAIN[attempt],
        _compute_key(attempt, "all", ""): PER_SERVER[attempt],
    }


def _compute_key(attempt: Attempt, scope: str, value: str) -> str:
    return compute_hmac(f"brake-{attempt}-{scope}", value)


async def _find_retry_at(key: str, limit: int, now: datetime) -> datetime:
    """Returns now when the window has fewer attempts than limit; else the moment when enough of them have left it.

    Attempts further ahead than the window were counted under a clock that has gone back since: they keep no person out.
    A machine a little ahead counts all the same.
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
    """Each attempt deletes more old rows than it adds."""
    out = (RateLimitHit.happened_at <= now - WINDOW) | (RateLimitHit.happened_at >= now + WINDOW)
    query = RateLimitHit.select(RateLimitHit.id).where(out).limit(_PURGE_BATCH)
    old = await (query.lock_rows("UPDATE", skip_locked=True) if is_postgres() else query)
    if old:
        await RateLimitHit.delete().where(RateLimitHit.id.is_in([row["id"] for row in old]))
