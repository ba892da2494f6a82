"""Coming in by ProConnect: it proves an address, and the account that has it is entered. None is ever made here.

From then on the account is bound to that identity (provider_identity.py).

The way back is good once, in the browser that left, for ten minutes. Only its hash is kept: what must be given twice
(the nonce, what proves the exchange) is derived from the server's key. Source: issue 6; OpenID Connect Core, RFC 7636.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from app.domain.accounts.address import parse_stored_address
from app.domain.audit.attempt_counts import record_attempt
from app.domain.audit.log import write_audit
from app.domain.authentication.known_browser import find_known_browser
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.authentication.pending_login import complete_first_factor
from app.domain.authentication.provider_identity import find_bound_person, find_bound_since, hash_subject
from app.domain.authentication.result import LoginResult, Visitor
from app.domain.tokens import compute_hmac, hash_token, make_token
from db.engine import transaction
from db.tables import Person, ProviderLogin

LIFETIME = timedelta(minutes=10)
_TWO_FACTOR_LEVELS = frozenset(
    {
        "eidas0-mfa",
        "eidas1-mfa",
        "eidas2",
        "eidas3",
        "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
        "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
    }
)
"""The levels (acr) that ProConnect gives to two factors; a method (amr) may also say « mfa »."""
_PROCONNECT_DOMAINS = (".proconnect.gouv.fr", ".agentconnect.gouv.fr", ".dev-agentconnect.fr")
"""Where it answers; the last is its own place for trying things out."""


class ProviderUnavailableError(Exception):
    """It does not answer, or not in words that can be read."""


class ProviderInvalidError(Exception):
    """What it answers is not for us, not for this login, not signed by it, or too old."""


class LoginRefusal(StrEnum):
    """Why nobody comes in: each has its page (app/components/login/proconnect_refused.html)."""

    EXPIRED = "lost"
    DECLINED = "declined"
    UNAVAILABLE = "down"
    INVALID = "untrue"
    UNVERIFIED = "unproved"
    UNKNOWN = "unknown"
    DEACTIVATED = "closed"
    BOUND_ELSEWHERE = "another"


@dataclass(frozen=True)
class AuthorizationRequest:
    """What binds the way back to the way out. verifier is given to the provider's server alone."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """What the provider says of a person, its signature verified. verified is None when it says nothing of it."""

    issuer: str
    address: str
    email_verified: bool | None
    methods: frozenset[str]
    level: str
    logout_hint: str
    subject: str


class Provider(Protocol):
    """app/gateways/proconnect.py. Each raises ProviderDownError, ProviderUntrueError."""

    async def build_authorization_url(self, authorization: AuthorizationRequest) -> str:
        """The address to send somebody to."""

    async def fetch_claims(self, code: str, authorization: AuthorizationRequest, now: datetime) -> Claims:
        """Who came back with this code."""

    async def build_logout_url(self, hint: str) -> str:
        """The address that ends its own session; empty where it has none."""


async def begin_provider_login(visitor: Visitor, *, next_path: str, now: datetime) -> AuthorizationRequest:
    """Raises TooOften: each browser counts as an account, a familiar one by its own number: no person is known yet."""
    known = find_known_browser(visitor.known_browser_cookie)
    account = "" if known else visitor.browser
    await count_attempt(Attempt.PROVIDER, account=account, network=visitor.network, known_browser=known, now=now)
    issued = _derive_authorization(make_token())
    browser = hash_token(visitor.browser)
    await ProviderLogin.delete().where(ProviderLogin.expires_at <= now)
    await ProviderLogin.insert(
        ProviderLogin(
            state_hash=hash_token(issued.state), browser_hash=browser, next_path=next_path, expires_at=now + LIFETIME
        )
    )
    return issued


def _derive_authorization(state: str) -> AuthorizationRequest:
    return AuthorizationRequest(state, compute_hmac("provider-nonce", state), compute_hmac("provider-verifier", state))


async def finish_provider_login(state: str, visitor: Visitor, now: datetime) -> tuple[AuthorizationRequest, str] | None:
    """The pass and where the person was going; None for what did not leave from this browser, or has come back."""
    taken = await (
        ProviderLogin.delete()
        .where(
            ProviderLogin.state_hash == hash_token(state),
            ProviderLogin.browser_hash == hash_token(visitor.browser),
            ProviderLogin.expires_at > now,
        )
        .returning(ProviderLogin.next_path)
    )
    return (_derive_authorization(state), taken[0]["next_path"]) if taken else None


async def log_in_with_provider(
    claims: Claims, visitor: Visitor, *, next_path: str, now: datetime
) -> LoginResult | LoginRefusal:
    """A session for the account bound to this identity; the first time, for the account of its address.

    A second factor is asked unless the provider has asked one.
    """
    subject = hash_subject(claims.issuer, claims.subject)
    async with transaction():
        person, refusal = await _find_account(claims, subject)
        if refusal:
            if refusal != LoginRefusal.UNVERIFIED:
                await record_attempt("login.refused", about=person, now=now)
            return refusal
        assert person
        await write_audit("login.proconnect", now=now, person_id=person)
        return await complete_first_factor(
            person,
            visitor,
            remember=False,
            next_path=next_path,
            second_factor_done=has_two_factors(claims),
            logout_hint=claims.logout_hint,
            subject=subject,
            now=now,
        )


async def _find_account(claims: Claims, subject: str) -> tuple[int | None, LoginRefusal | None]:
    """Whom it concerns, and why they do not come in. An account that is bound opens to no other identity."""
    if bound := await find_bound_person(subject):
        return bound["id"], None if bound["active"] else LoginRefusal.DEACTIVATED
    if not is_address_verified(claims):
        return None, LoginRefusal.UNVERIFIED
    person = (
        await Person.select(Person.id, Person.active).where(Person.address == normalize_claimed_address(claims)).first()
    )
    if person is None:
        return None, LoginRefusal.UNKNOWN
    if not person["active"]:
        return person["id"], LoginRefusal.DEACTIVATED
    return person["id"], LoginRefusal.BOUND_ELSEWHERE if await find_bound_since(person["id"]) else None


def normalize_claimed_address(claims: Claims) -> str:
    """As accounts have it; empty for what is none.

    The provider proved this text: nothing is taken away from it but capitals and blanks around. A « K » that is not the
    letter K names no other person.
    """
    return (claims.address.isascii() and parse_stored_address(claims.address.strip().lower())) or ""


def is_address_verified(claims: Claims) -> bool:
    """Said to be, or vouched for by ProConnect, whose addresses are those that each structure gives its people."""
    if claims.email_verified is None:
        return f".{urlsplit(claims.issuer).hostname or ''}".endswith(_PROCONNECT_DOMAINS)
    return claims.email_verified


def has_two_factors(claims: Claims) -> bool:
    return "mfa" in claims.methods or claims.level in _TWO_FACTOR_LEVELS
