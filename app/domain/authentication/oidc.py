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

from app.domain.accounts.address import mailbox_at
from app.domain.audit.attempt_counts import note_attempt
from app.domain.audit.log import write_audit
from app.domain.authentication.known_browser import familiar_to_any
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.authentication.pending_login import begin_or_wait
from app.domain.authentication.provider_identity import bound_since, person_of, subject_hash
from app.domain.authentication.result import Entry, Visitor
from app.domain.tokens import digest, keyed, new_token
from db.engine import transaction
from db.tables import Person, ProviderVisit

LIFE = timedelta(minutes=10)
_PROVED_TWICE = frozenset(
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
_PROCONNECT = (".proconnect.gouv.fr", ".agentconnect.gouv.fr", ".dev-agentconnect.fr")
"""Where it answers; the last is its own place for trying things out."""


class ProviderDownError(Exception):
    """It does not answer, or not in words that can be read."""


class ProviderUntrueError(Exception):
    """What it answers is not for us, not for this login, not signed by it, or too old."""


class Refusal(StrEnum):
    """Why nobody comes in: each has its page (app/components/login/proconnect_refused.html)."""

    LOST = "lost"
    DECLINED = "declined"
    DOWN = "down"
    UNTRUE = "untrue"
    UNPROVED = "unproved"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    ANOTHER = "another"


@dataclass(frozen=True)
class Pass:
    """What binds the way back to the way out. verifier is given to the provider's server alone."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """What the provider says of a person, its signature verified. verified is None when it says nothing of it."""

    issuer: str
    address: str
    verified: bool | None
    methods: frozenset[str]
    level: str
    logout_hint: str
    subject: str


class Provider(Protocol):
    """app/gateways/proconnect.py. Each raises ProviderDownError, ProviderUntrueError."""

    async def departure(self, issued: Pass) -> str:
        """The address to send somebody to."""

    async def identify(self, code: str, issued: Pass, now: datetime) -> Claims:
        """Who came back with this code."""

    async def farewell(self, hint: str) -> str:
        """The address that ends its own session; empty where it has none."""


async def begin_visit(visitor: Visitor, *, next_path: str, now: datetime) -> Pass:
    """Raises TooOften: each browser counts as an account, a familiar one by its own number: no person is known yet."""
    known = familiar_to_any(visitor.familiar)
    account = "" if known else visitor.browser
    await count_attempt(Attempt.PROVIDER, account=account, network=visitor.network, familiar=known, now=now)
    issued = _pass_of(new_token())
    browser = digest(visitor.browser)
    await ProviderVisit.delete().where(ProviderVisit.expires_at <= now)
    await ProviderVisit.insert(
        ProviderVisit(state_hash=digest(issued.state), browser_hash=browser, next_path=next_path, expires_at=now + LIFE)
    )
    return issued


def _pass_of(state: str) -> Pass:
    return Pass(state, keyed("provider-nonce", state), keyed("provider-verifier", state))


async def end_visit(state: str, visitor: Visitor, now: datetime) -> tuple[Pass, str] | None:
    """The pass and where the person was going; None for what did not leave from this browser, or has come back."""
    taken = await (
        ProviderVisit.delete()
        .where(
            ProviderVisit.state_hash == digest(state),
            ProviderVisit.browser_hash == digest(visitor.browser),
            ProviderVisit.expires_at > now,
        )
        .returning(ProviderVisit.next_path)
    )
    return (_pass_of(state), taken[0]["next_path"]) if taken else None


async def enter_as(claims: Claims, visitor: Visitor, *, next_path: str, now: datetime) -> Entry | Refusal:
    """A session for the account bound to this identity; the first time, for the account of its address.

    A second factor is asked unless the provider has asked one.
    """
    subject = subject_hash(claims.issuer, claims.subject)
    async with transaction():
        person, refusal = await _account_of(claims, subject)
        if refusal:
            if refusal != Refusal.UNPROVED:
                await note_attempt("login.refused", about=person, now=now)
            return refusal
        assert person
        await write_audit("login.proconnect", now=now, person_id=person)
        return await begin_or_wait(
            person,
            visitor,
            remember=False,
            next_path=next_path,
            proved_twice=proved_twice(claims),
            logout_hint=claims.logout_hint,
            subject=subject,
            now=now,
        )


async def _account_of(claims: Claims, subject: str) -> tuple[int | None, Refusal | None]:
    """Whom it concerns, and why they do not come in. An account that is bound opens to no other identity."""
    if bound := await person_of(subject):
        return bound["id"], None if bound["active"] else Refusal.CLOSED
    if not is_proved(claims):
        return None, Refusal.UNPROVED
    person = await Person.select(Person.id, Person.active).where(Person.address == known_address(claims)).first()
    if person is None:
        return None, Refusal.UNKNOWN
    if not person["active"]:
        return person["id"], Refusal.CLOSED
    return person["id"], Refusal.ANOTHER if await bound_since(person["id"]) else None


def known_address(claims: Claims) -> str:
    """As accounts have it; empty for what is none.

    The provider proved this text: nothing is taken away from it but capitals and blanks around. A « K » that is not the
    letter K names no other person.
    """
    return (claims.address.isascii() and mailbox_at(claims.address.strip().lower())) or ""


def is_proved(claims: Claims) -> bool:
    """Said to be, or vouched for by ProConnect, whose addresses are those that each structure gives its people."""
    if claims.verified is None:
        return f".{urlsplit(claims.issuer).hostname or ''}".endswith(_PROCONNECT)
    return claims.verified


def proved_twice(claims: Claims) -> bool:
    return "mfa" in claims.methods or claims.level in _PROVED_TWICE
