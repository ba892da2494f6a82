"""Login with a password, for people who chose one. Every error gets one answer, after the same work."""

from datetime import datetime
from typing import Any

from app.domain.audit.attempt_counts import record_attempt
from app.domain.authentication.known_browser import find_known_browser_of
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, read_limited_address, release_attempts
from app.domain.authentication.password_hash import hash_password, needs_rehash, reserve_hash_slot, verify_password
from app.domain.authentication.pending_login import complete_first_factor
from app.domain.authentication.result import LoginResult, Visitor
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables.people import Person

LONGEST_PASSWORD = 128
WRONG_CREDENTIALS = (
    "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, "
    "ou recevez un lien de connexion : il marche toujours."
)


async def log_in_with_password(
    typed: str, password: str, visitor: Visitor, *, remember: bool, next_path: str, now: datetime
) -> LoginResult:
    """Raises Invalid and TooManyRequests, alike for known and unknown addresses."""
    address = await read_limited_address(Attempt.PASSWORD, typed, network=visitor.network, now=now)
    if not password:
        raise Invalid(**{"mot-de-passe": "Saisissez votre mot de passe."})
    known = find_known_browser_of(visitor.known_browser_cookie, address)
    async with reserve_hash_slot(network=visitor.network, known_browser=known, now=now) as lane:
        await count_attempt(Attempt.PASSWORD, account=address, network=visitor.network, known_browser=known, now=now)
        person = await _find_person(address)
        if not await verify_password(lane, person["password_hash"], password):
            await _reject_login(person["id"], now)
    return await _begin_login(person, password, address, visitor, remember=remember, next_path=next_path, now=now)


async def _find_person(address: str) -> dict[str, Any]:
    row: dict[str, Any] | None = await (
        Person.select(Person.id, Person.password_hash).where(Person.address == address, Person.active.eq(True)).first()
    )
    return row or {"id": None, "password_hash": ""}


async def _reject_login(person_id: int | None, now: datetime) -> None:
    await record_attempt("login.refused", about=person_id, now=now)
    raise Invalid(**{"mot-de-passe": WRONG_CREDENTIALS})


async def _begin_login(
    person: dict[str, Any],
    password: str,
    address: str,
    visitor: Visitor,
    *,
    remember: bool,
    next_path: str,
    now: datetime,
) -> LoginResult:
    """Only if neither the password nor the account has changed while the password was being verified."""
    known = person["password_hash"]
    kept = await hash_password(password, account=address, now=now) if needs_rehash(known) else known
    async with transaction():
        unchanged = await (
            Person.update({Person.password_hash: kept})
            .where(Person.id == person["id"], Person.active.eq(True), Person.password_hash == known)
            .returning(Person.id)
        )
        if unchanged:
            familiar = find_known_browser_of(visitor.known_browser_cookie, address)
            await release_attempts(Attempt.PASSWORD, account=address, network=visitor.network, known_browser=familiar)
            return await complete_first_factor(person["id"], visitor, remember=remember, next_path=next_path, now=now)
    raise Invalid(**{"mot-de-passe": WRONG_CREDENTIALS})
