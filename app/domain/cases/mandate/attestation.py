"""Attests the mandate of a draft. Source: features.md N7."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.locked_draft import LockedDraft, lock_draft
from app.domain.cases.mandate.mandate import VALID_FOR_YEARS, MandateKind
from db.encryption import encrypt
from db.engine import transaction
from db.tables.mandates import Mandate

_PARIS = ZoneInfo("Europe/Paris")


async def attest_mandate(
    actor: Actor, draft: UUID | LockedDraft, kind: str, *, signed_on: date | None, reason: str, now: datetime
) -> None:
    """Replaces the former attestation; it may be incomplete. An unknown kind changes nothing.

    reason is stored for a mandate by phone only. Raises NotFound, AlreadySent.
    """
    if kind not in list(MandateKind):
        return
    async with transaction():
        held = await lock_draft(actor, draft)
        row = Mandate(case=held.id, kind=kind, attested_by=actor.id, attested_at=now)
        await Mandate.insert(row).on_conflict(target=Mandate.case, action="DO NOTHING")
        values = {
            Mandate.kind: kind,
            Mandate.signed_on: signed_on,
            Mandate.reason: encrypt(Mandate.reason, held.id, reason if kind == MandateKind.PHONE else ""),
            Mandate.attested_by: actor.id,
            Mandate.attested_at: now,
        }
        await Mandate.update(values).where(Mandate.case == held.id)  # type: ignore[arg-type]


def find_date_problem(day: date, now: datetime) -> str:
    """Returns why a mandate of this day is not valid, or an empty text."""
    today = now.astimezone(_PARIS).date()
    if day > today:
        return "Cette date est à venir : saisissez le jour où l’usager a donné son accord."
    if (today.year - day.year, today.month, today.day) > (VALID_FOR_YEARS, day.month, day.day):
        return "Ce mandat a plus d’un an : faites-en signer un nouveau."
    return ""
