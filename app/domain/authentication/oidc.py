"""Login by ProConnect. The first login opens the account with the email address that ProConnect has proved, and binds
it to the ProConnect identity (provider_identity.py). Later logins use that identity. No account is created.

The redirect back from ProConnect is accepted once, within ten minutes, in the browser that began. Only the hash of the
`state` parameter is stored. The nonce and the verifier are needed at departure and at return: they are derived from the
server's key. Source: issue 6; OpenID Connect Core, RFC 7636.
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
from db.tables.people import Person
from db.tables.proconnect import ProviderLogin

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
"""The levels (acr) that ProConnect gives to two factors. A method (amr) may also be « mfa »."""
_PROCONNECT_DOMAINS = (".proconnect.gouv.fr", ".agentconnect.gouv.fr", ".dev-agentconnect.fr")
"""The domains of ProConnect. The last is its test environment."""


class ProviderUnavailableError(Exception):
    """The provider does not answer, or its answer cannot be read."""


class ProviderInvalidError(Exception):
    """The answer is not for us, not for this login, not signed by the provider, or too old."""


class LoginRefusal(StrEnum):
    """Why a login is refused. Each reason has its page (app/components/login/proconnect_refused.html)."""

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
    """What the redirect back must match. verifier never goes through the browser: only ProConnect's server gets it."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """What the provider states of a person, its signature verified. email_verified is None when it is not stated."""

    issuer: str
    address: str
    email_verified: bool | None
    methods: frozenset[str]
    level: str
    logout_hint: str
    subject: str


class Provider(Protocol):
    """app/gateways/proconnect.py implements it. Each method raises ProviderUnavailableError, ProviderInvalidError."""

    async def build_authorization_url(self, authorization: AuthorizationRequest) -> str:
        """The address at the provider that the browser is redirected to."""

    async def fetch_claims(self, code: str, authorization: AuthorizationRequest, now: datetime) -> Claims:
        """The claims of the person who came back with this code."""

    async def build_logout_url(self, hint: str) -> str:
        """The address that ends the provider's own session; empty where it has none."""


async def begin_provider_login(visitor: Visitor, *, next_path: str, now: datetime) -> AuthorizationRequest:
    """The rate limit counts each browser, since no person is known yet. Raises TooManyRequests."""
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


async def take_provider_return(state: str, visitor: Visitor, now: datetime) -> tuple[AuthorizationRequest, str] | None:
    """Returns the request and the path to go to. None if it was begun in another browser, has expired, or came back
    before.
    """
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
    """Opens the account bound to this identity; the first time, the account with this address.

    The second factor is asked for, unless the provider has asked for one.
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
    """Returns the account's id and why it does not open. A bound account opens to no other identity."""
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
    """As accounts store it; empty for an invalid one.

    The provider proved this very text: only capitals and surrounding blanks are changed. Text that is not
    ASCII is refused first: lower() turns the Kelvin sign into the letter k.
    """
    return (claims.address.isascii() and parse_stored_address(claims.address.strip().lower())) or ""


def is_address_verified(claims: Claims) -> bool:
    """As the provider states. If it states nothing, True for ProConnect alone, where each organisation gives its people
    their addresses.
    """
    if claims.email_verified is None:
        return f".{urlsplit(claims.issuer).hostname or ''}".endswith(_PROCONNECT_DOMAINS)
    return claims.email_verified


def has_two_factors(claims: Claims) -> bool:
    return "mfa" in claims.methods or claims.level in _TWO_FACTOR_LEVELS
