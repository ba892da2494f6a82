"""Coming in with a password, where a person chose one. Whatever is wrong gets one answer, after the same work."""

from datetime import datetime
from typing import Any

from app.domain.audit.attempt_counts import note_attempt
from app.domain.authentication.known_browser import familiar_to
from app.domain.authentication.login_rate_limit import Attempt, count_attempt, counted_address, release
from app.domain.authentication.password_hash import hash_password, is_outdated, matches, turn
from app.domain.authentication.pending_login import begin_or_wait
from app.domain.authentication.result import Entry, Visitor
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Person

LONGEST_PASSWORD = 128
WRONG = (
    "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, "
    "ou recevez un lien de connexion : il marche toujours."
)


async def enter_with_password(
    typed: str, password: str, visitor: Visitor, *, remember: bool, next_path: str, now: datetime
) -> Entry:
    """Opens a session. Raises Invalid and TooOften, alike for known and unknown addresses."""
    address = await counted_address(Attempt.PASSWORD, typed, network=visitor.network, now=now)
    if not password:
        raise Invalid(**{"mot-de-passe": "Saisissez votre mot de passe."})
    known = familiar_to(visitor.familiar, address)
    async with turn(network=visitor.network, familiar=known, now=now) as lane:
        await count_attempt(Attempt.PASSWORD, account=address, network=visitor.network, familiar=known, now=now)
        person = await _with_password(address)
        if not await matches(lane, person["password_hash"], password):
            await _refuse(person["id"], now)
    return await _begin(person, password, address, visitor, remember=remember, next_path=next_path, now=now)


async def _with_password(address: str) -> dict[str, Any]:
    row: dict[str, Any] | None = await (
        Person.select(Person.id, Person.password_hash).where(Person.address == address, Person.active.eq(True)).first()
    )
    return row or {"id": None, "password_hash": ""}


async def _refuse(person_id: int | None, now: datetime) -> None:
    await note_attempt("login.refused", about=person_id, now=now)
    raise Invalid(**{"mot-de-passe": WRONG})


async def _begin(
    person: dict[str, Any],
    password: str,
    address: str,
    visitor: Visitor,
    *,
    remember: bool,
    next_path: str,
    now: datetime,
) -> Entry:
    """Only if neither the password nor the account has changed while the password was being verified."""
    known = person["password_hash"]
    kept = await hash_password(password, account=address, now=now) if is_outdated(known) else known
    async with transaction():
        unchanged = await (
            Person.update({Person.password_hash: kept})
            .where(Person.id == person["id"], Person.active.eq(True), Person.password_hash == known)
            .returning(Person.id)
        )
        if unchanged:
            familiar = familiar_to(visitor.familiar, address)
            await release(Attempt.PASSWORD, account=address, network=visitor.network, familiar=familiar)
            return await begin_or_wait(person["id"], visitor, remember=remember, next_path=next_path, now=now)
    raise Invalid(**{"mot-de-passe": WRONG})
