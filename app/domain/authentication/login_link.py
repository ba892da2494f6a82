"""The login link: personal, used once, 15 minutes. Source: the sheet; features.md L1-L3; security.md 1.5.

The browser that asked is bound to the link: there, one press is enough. Elsewhere the link also needs the code which
that browser shows. So whoever holds only the letter (a scanner that runs scripts and posts forms, a forwarded letter)
takes nothing, and whoever is told only the code takes nothing either.

The secret of a link is derived from the server's key and its reference: nothing in the database opens a session.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.accounts.address import counted_as, domain_of
from app.domain.audit.attempt_counts import note_attempt
from app.domain.authentication.known_browser import familiar_to
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, counted_address, release
from app.domain.authentication.pending_login import begin_or_wait
from app.domain.authentication.result import Entry, Visitor
from app.domain.email.queue_email import write_login_letter
from app.domain.errors import Invalid, NotFound
from app.domain.tokens import digest, keyed, same
from app.settings import settings
from db.engine import transaction
from db.tables import LoginRequest, Person

LIFE = timedelta(minutes=15)
TRIES = 5
_REFERENCE = 16


class LinkState(StrEnum):
    READY = "ready"
    NEEDS_CODE = "needs_code"
    USED = "used"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    CUT = "cut"
    UNKNOWN = "unknown"


async def ask_for_link(
    typed: str, *, browser: str, network: str, remember: bool, next_path: str, now: datetime, familiar: str = ""
) -> None:
    """One request and one letter, whoever the address belongs to: same work, same answer, same time.

    Raises Invalid on what is no address, TooOften past five in a quarter of an hour from one network, ten from all.
    """
    address = await counted_address(Attempt.LINK, typed, network=network, now=now)
    known = familiar_to(familiar, address)
    counted = {"account": counted_as(address), "domain": domain_of(address), "network": network}
    await count_attempt(Attempt.LINK, **counted, familiar=known, now=now)
    async with transaction():
        person = await Person.select(Person.id).where(Person.address == address, Person.active.eq(True)).first()
        reference = secrets.token_hex(_REFERENCE // 2)
        request = LoginRequest(
            reference=reference,
            token_hash=digest(_secret(reference)),
            browser_hash=digest(browser),
            code_hash=keyed("login-code-digest", code_for(reference, browser)),
            address=address,
            person=person["id"] if person else None,
            remember=remember,
            next_path=next_path,
            created_at=now,
            expires_at=now + LIFE,
        )
        request_id = (await LoginRequest.insert(request).returning(LoginRequest.id))[0]["id"]
        await write_login_letter(request_id, person["id"] if person else None, now=now)
        await note_attempt("login.asked", about=person["id"] if person else None, now=now)


async def ask_again(reference: str, *, browser: str, network: str, familiar: str = "", now: datetime) -> None:
    """A new link for the address of an older request, without asking it again. Raises NotFound, TooOften."""
    row = await _find(reference)
    if row is None:
        await count_attempt(Attempt.LINK, account="", network=network, now=now)
        raise NotFound("Cette demande de lien n’existe plus.")
    kept = {"remember": row["remember"], "next_path": row["next_path"]}
    await ask_for_link(row["address"], browser=browser, network=network, familiar=familiar, now=now, **kept)


def _secret(reference: str) -> str:
    return keyed("login-link", reference)


def link_for(reference: str) -> str:
    """The absolute address that the letter carries."""
    return f"{settings.public_url}/login/lien/{reference}{_secret(reference)}"


def code_for(reference: str, browser: str) -> str:
    """Eight digits that only the asking browser is shown."""
    return f"{int(keyed('login-code', reference + browser)[:15], 16) % 10**8:08d}"


async def asked_from(browser: str, now: datetime) -> str | None:
    """The code of this browser's latest link that still lives, or None."""
    row = await (
        LoginRequest.select(LoginRequest.reference)
        .where(LoginRequest.browser_hash == digest(browser), LoginRequest.expires_at > now)
        .order_by(LoginRequest.id, ascending=False)
        .first()
    )
    return code_for(row["reference"], browser) if row else None


def reference_of(link: str) -> str:
    return link[:_REFERENCE]


async def _find(reference: str) -> dict[str, Any] | None:
    row: dict[str, Any] | None = await LoginRequest.select().where(LoginRequest.reference == reference).first()
    return row


async def look_at(link: str, *, browser: str, now: datetime) -> LinkState:
    """What this link is worth now, from this browser. Changes nothing: reading never burns a link."""
    row = await _find(reference_of(link))
    if row is None:
        return LinkState.UNKNOWN
    if not same(digest(link[_REFERENCE:]), row["token_hash"]):
        return LinkState.CUT
    if row["used_at"] is not None:
        return LinkState.USED
    if now >= row["expires_at"]:
        return LinkState.EXPIRED
    if row["tries"] >= TRIES:
        return LinkState.BLOCKED
    return LinkState.READY if same(digest(browser), row["browser_hash"]) else LinkState.NEEDS_CODE


async def enter(link: str, visitor: Visitor, *, code: str, now: datetime) -> Entry | None:
    """Consumes the link by one conditional update and opens a session; None when it is worth nothing any more.

    Raises Invalid when the code is missing or wrong, TooOften when too many were tried.
    """
    state = await look_at(link, browser=visitor.browser, now=now)
    if state == LinkState.NEEDS_CODE:
        await _check_code(reference_of(link), code, visitor, now)
    elif state != LinkState.READY:
        await _note_dead_link(link, state, now)
        return None
    async with transaction():
        taken = await (
            LoginRequest.update({LoginRequest.used_at: now})
            .where(
                LoginRequest.reference == reference_of(link),
                LoginRequest.used_at.is_null(),
                LoginRequest.expires_at > now,
                LoginRequest.person.is_not_null(),
            )
            .returning(LoginRequest.person, LoginRequest.address, LoginRequest.remember, LoginRequest.next_path)
        )
        if not taken or not await _active(taken[0]["person"]):
            return None
        await _forget_attempts(taken[0]["address"], visitor)
        kept = {"remember": taken[0]["remember"], "next_path": taken[0]["next_path"]}
        return await begin_or_wait(taken[0]["person"], visitor, by_link=True, now=now, **kept)


async def _note_dead_link(link: str, state: LinkState, now: datetime) -> None:
    """Of a link that was once good; anybody can make up one that never was."""
    if state in (LinkState.USED, LinkState.EXPIRED, LinkState.BLOCKED):
        row = await _find(reference_of(link))
        await note_attempt("login.refused", about=row["person"] if row else None, now=now)


async def _active(person_id: int) -> bool:
    return bool(await Person.exists().where(Person.id == person_id, Person.active.eq(True)))


async def _forget_attempts(address: str, visitor: Visitor) -> None:
    """Whoever got in holds the mailbox: their next link is not counted with these."""
    familiar = familiar_to(visitor.familiar, address)
    for attempt, account in ((Attempt.LINK, counted_as(address)), (Attempt.CODE, address)):
        await release(attempt, account=account, network=visitor.network, familiar=familiar)


async def _check_code(reference: str, typed: str, visitor: Visitor, now: datetime) -> None:
    """Each wrong code costs one of five tries; then the link is dead."""
    code = "".join(typed.split())
    if not code:
        raise Invalid(code="Saisissez le code affiché dans le navigateur où vous avez demandé ce lien.")
    asked = await _find(reference)
    address = asked["address"] if asked else ""
    familiar = familiar_to(visitor.familiar, address)
    await count_attempt(Attempt.CODE, account=address, network=visitor.network, familiar=familiar, now=now)
    counted = await (
        LoginRequest.update({LoginRequest.tries: LoginRequest.tries + 1})
        .where(LoginRequest.reference == reference, LoginRequest.tries < TRIES)
        .returning(LoginRequest.code_hash)
    )
    if not counted or not same(counted[0]["code_hash"], keyed("login-code-digest", code)):
        await note_attempt("login.refused", about=asked["person"] if asked else None, now=now)
        raise Invalid(
            code="Ce code n’est pas celui de ce lien. Recopiez les huit chiffres, ou demandez un nouveau lien."
        )


async def live_link(request_id: int | None, now: datetime) -> str | None:
    """What the letter of this request carries, or None when it came too late: a dead link is not sent."""
    row = await (
        LoginRequest.select(LoginRequest.reference)
        .where(LoginRequest.id == request_id, LoginRequest.expires_at > now, LoginRequest.used_at.is_null())
        .first()
    )
    return link_for(row["reference"]) if row else None


async def kill_links(person_id: int, now: datetime) -> None:
    """Those that were not used are worth nothing any more: the account is closed. Inside the verb's transaction."""
    await LoginRequest.update({LoginRequest.expires_at: now}).where(
        LoginRequest.person == person_id, LoginRequest.used_at.is_null(), LoginRequest.expires_at > now
    )
