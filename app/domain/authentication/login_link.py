"""The login link: personal, used once, valid 15 minutes. Source: features.md L1-L3; security.md 1.5.

The link is bound to the browser that asked for it: there, one press is enough. Any other browser also needs the code
that the first one shows. The email alone is thus not enough (a scanner that runs scripts and posts forms, a forwarded
email), and the code alone is not either.

The secret of a link is derived from the server's key and its reference: nothing in the database opens a session.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.accounts.address import parse_domain, remove_address_tag
from app.domain.accounts.find_accounts import find_accounts, is_account_open
from app.domain.audit.attempt_counts import record_attempt
from app.domain.authentication.known_browser import find_known_browser_of
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, read_limited_address, release_attempts
from app.domain.authentication.pending_login import complete_first_factor
from app.domain.authentication.result import LoginResult, Visitor
from app.domain.email.queue_account_email import queue_login_email
from app.domain.errors import Invalid, NotFound
from app.domain.tokens import compute_hmac, hash_token, is_equal_constant_time
from app.settings import settings
from db.engine import transaction
from db.tables.login import LoginLink

LIFETIME = timedelta(minutes=15)
MAX_TRIES = 5
_REFERENCE_LENGTH = 16


class LinkState(StrEnum):
    READY = "ready"
    NEEDS_CODE = "needs_code"
    USED = "used"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    TRUNCATED = "cut"
    UNKNOWN = "unknown"


async def request_login_link(
    typed: str,
    *,
    browser: str,
    network: str,
    remember: bool,
    next_path: str,
    now: datetime,
    known_browser_cookie: str = "",
    typed_here: bool = False,
) -> None:
    """Any address, known or not, gets one link and one email, by the same work in the same time.

    typed_here: this browser gave the address, and may read it again (asked_link.py).
    Raises Invalid for an invalid address, TooManyRequests past the limits of login_rate_limit.py.
    """
    address = await read_limited_address(Attempt.LINK, typed, network=network, now=now)
    known = find_known_browser_of(known_browser_cookie, address)
    counted = {"account": remove_address_tag(address), "domain": parse_domain(address), "network": network}
    await count_attempt(Attempt.LINK, **counted, known_browser=known, now=now)
    async with transaction():
        person, closed = await find_accounts(address)
        reference = secrets.token_hex(_REFERENCE_LENGTH // 2)
        request = LoginLink(
            reference=reference,
            token_hash=hash_token(_compute_secret(reference)),
            browser_hash=hash_token(browser),
            code_hash=compute_hmac("login-code-digest", compute_browser_code(reference, browser)),
            address=address,
            person=person,
            remember=remember,
            next_path=next_path,
            typed_here=typed_here,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        request_id = (await LoginLink.insert(request).returning(LoginLink.id))[0]["id"]
        await queue_login_email(request_id, person, closed, now=now)
        await record_attempt("login.asked", about=person, now=now)


async def renew_login_link(
    reference: str, *, browser: str, network: str, known_browser_cookie: str = "", now: datetime
) -> None:
    """A new link for the address of an older one. Raises NotFound, TooManyRequests."""
    row = await _find_link(reference)
    if row is None:
        await count_attempt(Attempt.LINK, account="", network=network, now=now)
        raise NotFound("Cette demande de lien n’existe plus.")
    kept = {"remember": row["remember"], "next_path": row["next_path"]}
    await request_login_link(
        row["address"], browser=browser, network=network, known_browser_cookie=known_browser_cookie, now=now, **kept
    )


def _compute_secret(reference: str) -> str:
    return compute_hmac("login-link", reference)


def build_login_url(reference: str) -> str:
    """The absolute address that the email contains."""
    return f"{settings.public_url}/login/lien/{reference}{_compute_secret(reference)}"


def compute_browser_code(reference: str, browser: str) -> str:
    """Eight digits, shown only in the browser that asked for the link."""
    return f"{int(compute_hmac('login-code', reference + browser)[:15], 16) % 10**8:08d}"


def parse_reference(link: str) -> str:
    return link[:_REFERENCE_LENGTH]


async def _find_link(reference: str) -> dict[str, Any] | None:
    row: dict[str, Any] | None = await LoginLink.select().where(LoginLink.reference == reference).first()
    return row


async def find_link_state(link: str, *, browser: str, now: datetime) -> LinkState:
    """The state depends on the browser. Nothing changes: reading a link never uses it up."""
    row = await _find_link(parse_reference(link))
    if row is None:
        return LinkState.UNKNOWN
    if not is_equal_constant_time(hash_token(link[_REFERENCE_LENGTH:]), row["token_hash"]):
        return LinkState.TRUNCATED
    if row["used_at"] is not None:
        return LinkState.USED
    if now >= row["expires_at"]:
        return LinkState.EXPIRED
    if row["tries"] >= MAX_TRIES:
        return LinkState.BLOCKED
    return LinkState.READY if is_equal_constant_time(hash_token(browser), row["browser_hash"]) else LinkState.NEEDS_CODE


async def log_in_with_link(link: str, visitor: Visitor, *, code: str, now: datetime) -> LoginResult | None:
    """Uses up the link by one conditional update and opens a session. Returns None when it is not valid any more.

    Raises Invalid for a missing or wrong code, TooManyRequests after too many codes.
    """
    state = await find_link_state(link, browser=visitor.browser, now=now)
    if state == LinkState.NEEDS_CODE:
        await _check_code(parse_reference(link), code, visitor, now)
    elif state != LinkState.READY:
        await _record_dead_link(link, state, now)
        return None
    async with transaction():
        taken = await (
            LoginLink.update({LoginLink.used_at: now})
            .where(
                LoginLink.reference == parse_reference(link),
                LoginLink.used_at.is_null(),
                LoginLink.expires_at > now,
                LoginLink.person.is_not_null(),
            )
            .returning(LoginLink.person, LoginLink.address, LoginLink.remember, LoginLink.next_path)
        )
        if not taken or not await is_account_open(taken[0]["person"]):
            return None
        await _release_attempts(taken[0]["address"], visitor)
        kept = {"remember": taken[0]["remember"], "next_path": taken[0]["next_path"]}
        return await complete_first_factor(taken[0]["person"], visitor, by_link=True, now=now, **kept)


async def _record_dead_link(link: str, state: LinkState, now: datetime) -> None:
    """Records links that were once valid only: anyone can invent another."""
    if state in (LinkState.USED, LinkState.EXPIRED, LinkState.BLOCKED):
        row = await _find_link(parse_reference(link))
        await record_attempt("login.refused", about=row["person"] if row else None, now=now)


async def _release_attempts(address: str, visitor: Visitor) -> None:
    """A person who has logged in holds the mailbox: earlier attempts do not count against their next link."""
    familiar = find_known_browser_of(visitor.known_browser_cookie, address)
    for attempt, account in ((Attempt.LINK, remove_address_tag(address)), (Attempt.CODE, address)):
        await release_attempts(attempt, account=account, network=visitor.network, known_browser=familiar)


async def _check_code(reference: str, typed: str, visitor: Visitor, now: datetime) -> None:
    """Each wrong code uses one of MAX_TRIES. Then the link is blocked."""
    code = "".join(typed.split())
    if not code:
        raise Invalid(code="Saisissez le code affiché dans le navigateur où vous avez demandé ce lien.")
    asked = await _find_link(reference)
    address = asked["address"] if asked else ""
    familiar = find_known_browser_of(visitor.known_browser_cookie, address)
    await count_attempt(Attempt.CODE, account=address, network=visitor.network, known_browser=familiar, now=now)
    counted = await (
        LoginLink.update({LoginLink.tries: LoginLink.tries + 1})
        .where(LoginLink.reference == reference, LoginLink.tries < MAX_TRIES)
        .returning(LoginLink.code_hash)
    )
    if not counted or not is_equal_constant_time(counted[0]["code_hash"], compute_hmac("login-code-digest", code)):
        await record_attempt("login.refused", about=asked["person"] if asked else None, now=now)
        raise Invalid(
            code="Ce code n’est pas celui de ce lien. Recopiez les huit chiffres, ou demandez un nouveau lien."
        )


async def find_live_login_url(link_id: int | None, now: datetime) -> str | None:
    """What the email of this link contains. Returns None for a used or expired link: its email is not sent."""
    row = await (
        LoginLink.select(LoginLink.reference)
        .where(LoginLink.id == link_id, LoginLink.expires_at > now, LoginLink.used_at.is_null())
        .first()
    )
    return build_login_url(row["reference"]) if row else None


async def expire_login_links(person_id: int, now: datetime) -> None:
    """Ends the unused links of an account that is closed. Inside the caller's transaction."""
    await LoginLink.update({LoginLink.expires_at: now}).where(
        LoginLink.person == person_id, LoginLink.used_at.is_null(), LoginLink.expires_at > now
    )
