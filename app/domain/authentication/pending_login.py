"""A login between its first and its second factor. Source: issue 6, 1; ASVS 6.3.3, 6.6.3.

It lasts ten minutes and five tries, in the browser that began it; then the login begins again. Tries are also counted
over all the logins of an account (login_rate_limit.py).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.domain.audit.attempt_counts import record_attempt
from app.domain.audit.log import write_audit
from app.domain.authentication.known_browser import build_known_browser_cookie, find_known_browser_of
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, release_attempts
from app.domain.authentication.provider_identity import bind_identity
from app.domain.authentication.recovery_codes import use_recovery_code
from app.domain.authentication.result import LoginResult, Visitor
from app.domain.authentication.sessions import begin_session, is_admin
from app.domain.authentication.stored_factor import accept_code, has_second_factor
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict, Invalid
from app.domain.tokens import hash_token
from db.encryption import decrypt, encrypt
from db.engine import transaction
from db.tables.login import PendingLogin
from db.tables.people import Person

LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5
WRONG_CODE = (
    "Ce code n’est pas le bon, ou il a déjà servi. Attendez le code suivant de votre application, puis recopiez-le ; "
    "si rien n’y fait, vérifiez que l’heure de votre téléphone est réglée automatiquement."
)
WRONG_RECOVERY_CODE = "Ce code de secours n’est pas reconnu, ou il a déjà servi. Essayez-en un autre de votre liste."
_BOUND_ELSEWHERE = (
    "Votre compte vient d’être lié à une autre identité ProConnect. "
    "Recommencez avec elle, ou recevez un lien de connexion."
)
SecondFactorCheck = Callable[[int, str, datetime], Awaitable[bool]]


async def complete_first_factor(
    person_id: int,
    visitor: Visitor,
    *,
    remember: bool,
    now: datetime,
    next_path: str = "",
    by_link: bool = False,
    second_factor_done: bool = False,
    logout_hint: str = "",
    subject: str = "",
) -> LoginResult:
    """Opens a session, or stores a pending login when a second factor is still needed. In the caller's transaction.

    subject: the identity to bind the account to once the session opens. Raises Conflict when another was bound first.
    """
    kept: dict[str, Any] = {"remember": remember, "by_link": by_link, "logout_hint": logout_hint}
    token = ""
    if second_factor_done or not await has_second_factor(person_id):
        token = await begin_session(
            person_id,
            browser=visitor.browser_label,
            former_session=visitor.former_session,
            now=now,
            second_factor=second_factor_done,
            **kept,
        )
        await _bind_identity(person_id, subject, now)
    else:
        await _store_pending_login(person_id, visitor, now, next_path=next_path, subject_hash=subject, **kept)
    return await _build_login_result(person_id, visitor, token, remember=remember, next_path=next_path)


async def _build_login_result(
    person_id: int, visitor: Visitor, token: str, *, remember: bool, next_path: str
) -> LoginResult:
    """Once a session is open, the browser is a known browser of its person."""
    if not token:
        return LoginResult(token, remember, next_path, person_id)
    row = await Person.select(Person.address).where(Person.id == person_id).first()
    assert row is not None
    kept = remember and not await is_admin(person_id)
    return LoginResult(
        token, kept, next_path, person_id, build_known_browser_cookie(visitor.known_browser_cookie, row["address"])
    )


async def _bind_identity(person_id: int, subject: str, now: datetime) -> None:
    if subject and not await bind_identity(person_id, subject, now):
        raise Conflict(_BOUND_ELSEWHERE)


async def _store_pending_login(person_id: int, visitor: Visitor, now: datetime, **kept: Any) -> None:
    """One per browser. Each deletes those that have ended."""
    browser = hash_token(visitor.browser)
    await PendingLogin.delete().where((PendingLogin.expires_at <= now) | (PendingLogin.browser_hash == browser))
    kept["logout_hint"] = encrypt(PendingLogin.logout_hint, person_id, kept["logout_hint"])
    await PendingLogin.insert(PendingLogin(browser_hash=browser, person=person_id, expires_at=now + LIFETIME, **kept))
    await record_attempt("login.code_asked", about=person_id, now=now)


async def has_pending_login(browser: str, now: datetime) -> bool:
    return await _find_pending_login(browser, now) is not None


async def _find_pending_login(browser: str, now: datetime) -> dict[str, Any] | None:
    row: dict[str, Any] | None = await (
        PendingLogin.select()
        .where(
            PendingLogin.browser_hash == hash_token(browser),
            PendingLogin.expires_at > now,
            PendingLogin.tries < MAX_TRIES,
        )
        .first()
    )
    return row


async def log_in_with_code(typed: str, visitor: Visitor, now: datetime) -> LoginResult | None:
    """Returns None when no login is pending any more. Raises Invalid, TooManyRequests, Conflict."""
    return await _check_second_factor(typed, visitor, now, accept_code, {"code": WRONG_CODE})


async def log_in_with_recovery_code(typed: str, visitor: Visitor, now: datetime) -> LoginResult | None:
    """As log_in_with_code, without the phone. An email informs the person."""
    return await _check_second_factor(typed, visitor, now, _use_recovery_code, {"code-de-secours": WRONG_RECOVERY_CODE})


async def _use_recovery_code(person_id: int, typed: str, now: datetime) -> bool:
    used = await use_recovery_code(person_id, typed, now)
    if used:
        await queue_emails(EmailKind.RECOVERY_USED, [person_id], now=now)
        await write_audit("login.recovery", now=now, person_id=person_id)
    return used


async def _check_second_factor(
    typed: str, visitor: Visitor, now: datetime, check: SecondFactorCheck, errors: dict[str, str]
) -> LoginResult | None:
    row = await _find_pending_login(visitor.browser, now)
    if row is None:
        return None
    counted = await _build_limit_keys(row["person"], visitor)
    await count_attempt(Attempt.SECOND_FACTOR, **counted, now=now)
    if not await _count_try(row["id"]):
        return None
    async with transaction():
        if await check(row["person"], typed, now):
            return await _open_session(row, visitor, now)
        await record_attempt("login.refused", about=row["person"], now=now)
    raise Invalid(**errors)


async def _build_limit_keys(person_id: int, visitor: Visitor) -> dict[str, str]:
    """An attacker who has the first factor uses up no try of a browser in which the person has logged in."""
    row = await Person.select(Person.address).where(Person.id == person_id).first()
    familiar = find_known_browser_of(visitor.known_browser_cookie, row["address"] if row else "")
    return {"account": str(person_id), "network": visitor.network, "known_browser": familiar}


async def _count_try(pending_id: int) -> bool:
    """Counted before the code is checked, so that of twenty tries at once only MAX_TRIES are checked."""
    counted = await (
        PendingLogin.update({PendingLogin.tries: PendingLogin.tries + 1})
        .where(PendingLogin.id == pending_id, PendingLogin.tries < MAX_TRIES)
        .returning(PendingLogin.id)
    )
    return bool(counted)


async def _open_session(row: dict[str, Any], visitor: Visitor, now: datetime) -> LoginResult | None:
    """Returns None when the login is not pending any more, or the account is closed."""
    gone = await PendingLogin.delete().where(PendingLogin.id == row["id"]).returning(PendingLogin.id)
    if not gone or not await Person.exists().where(Person.id == row["person"], Person.active.eq(True)):
        return None
    await release_attempts(Attempt.SECOND_FACTOR, **await _build_limit_keys(row["person"], visitor))
    await _bind_identity(row["person"], row["subject_hash"], now)
    begin = partial(
        begin_session,
        row["person"],
        browser=visitor.browser_label,
        former_session=visitor.former_session,
        now=now,
        second_factor=True,
    )
    hint = decrypt(PendingLogin.logout_hint, row["person"], row["logout_hint"])
    token = await begin(remember=row["remember"], by_link=row["by_link"], logout_hint=hint)
    return await _build_login_result(
        row["person"], visitor, token, remember=row["remember"], next_path=row["next_path"]
    )
