"""Asks a citizen for their mandate by SMS. Source: mandate.md.

A number receives at most one SMS a minute. An account sends at most SMS_DAILY_LIMIT in 24 hours: each SMS is paid for,
and a stolen session must not write to thousands of people. They are counted in the audit log, which outlives drafts.
"""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.cases.draft.draft import Draft, read_draft
from app.domain.cases.draft.locked_draft import LockedDraft, lock_draft
from app.domain.cases.draft.steps import WizardStep, find_overlong_texts
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.mandate.phone_numbers import parse_mobile
from app.domain.cases.mandate.sms_outbox import sms_queued
from app.domain.cases.mandate.sms_thread import PHONE_TOKEN_PURPOSE, SmsState
from app.domain.cases.mandate.sms_wording import (
    build_citizen_statement,
    format_sms_birth,
    format_sms_body,
    format_sms_name,
)
from app.domain.errors import Invalid
from app.domain.teams.reachability import list_organisations_in_area
from app.domain.tokens import compute_hmac
from app.settings import settings
from db.advisory_lock import take_advisory_locks
from db.encryption import compute_search_token, encrypt, get_current_key
from db.engine import on_commit, transaction
from db.tables.audit import AuditEntry
from db.tables.rate_limits import RateLimitHit
from db.tables.sms import Sms
from db.tables.teams import Team

NUMBER_PAUSE = timedelta(minutes=1)
DAY = timedelta(hours=24)
_REQUEST_ACTIONS = ["mandate.asked", "mandate.asked_again"]


async def request_mandate_by_sms(
    actor: Actor, draft: UUID | LockedDraft, sms_id: UUID, phone: str, *, brand: str, now: datetime
) -> None:
    """Queues the SMS, which is sent after the commit. The form carries sms_id: a repeated post sends no second SMS.

    Raises NotFound, AlreadySent; Invalid(telephone) when an answer is missing or a limit is reached.
    """
    number = parse_mobile(phone)
    async with transaction():
        held = await lock_draft(actor, draft)
        if await Sms.exists().where(Sms.id == sms_id):
            return
        body = await build_sms_body(actor, await read_draft(held.id), brand)
        await _check_daily_limit(actor, now)
        await _check_number_pause(number, now)
        await _cancel_waiting_sms(held.id)
        await attest_mandate(actor, held, MandateKind.SMS, signed_on=None, reason="", now=now)
        await queue_sms(sms_id, held.id, number, body, now)
        await write_audit("mandate.asked", now=now, person_id=actor.id, case_id=held.id)
        on_commit(sms_queued.send)


async def queue_sms(
    sms_id: UUID,
    draft_id: UUID,
    number: str,
    body: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
    original_sms: UUID | None = None,
) -> None:
    """number is in E.164. original_sms: the SMS whose unclear reply this one asks to clarify."""
    text = Sms(
        id=sms_id,
        case=draft_id,
        phone=encrypt(Sms.phone, sms_id, number),
        phone_token=compute_search_token(PHONE_TOKEN_PURPOSE, number, get_current_key()),
        body=encrypt(Sms.body, sms_id, body),
        written_at=now,
        due_at=due_at or now,
        original_sms=original_sms,
    )
    await Sms.insert(text)


async def build_sms_body(actor: Actor, draft: Draft, brand: str) -> str:
    """Raises Invalid(telephone) when an answer that the SMS quotes is missing, too long or unsuitable."""
    if not all((draft.first_name, draft.last_name, draft.birth, draft.subject, draft.organisations)):
        raise Invalid(
            telephone="Le SMS rappelle à l’usager son nom, sa naissance, la démarche et les organismes : "
            "complétez d’abord ces étapes."
        )
    if find_overlong_texts(WizardStep.CITIZEN, draft, []) or find_overlong_texts(
        WizardStep.PROBLEM, draft, []
    ).keys() & {"objet"}:
        raise Invalid(telephone="Le SMS rappelle à l’usager son nom, sa naissance et la démarche : raccourcissez-les.")
    if not (format_sms_name(draft.first_name) and format_sms_name(draft.last_name)):
        raise Invalid(telephone="Le SMS n’écrit que les lettres des noms : corrigez le prénom ou le nom de l’usager.")
    if not format_sms_birth(draft.birth):
        raise Invalid(
            telephone="Le SMS rappelle à l’usager sa date ou son année de naissance : écrivez-la comme 12/03/1957 "
            "ou 1957, ou choisissez une autre forme de mandat."
        )
    team = await Team.select(Team.name).where(Team.id == draft.team_id).first()
    assert team is not None
    recalled = build_citizen_statement(draft, await list_organisations_in_area(draft.area, draft.team_id))
    return format_sms_body(recalled, brand=brand, agent=f"{actor.first_name} {actor.last_name}", structure=team["name"])


async def _check_number_pause(number: str, now: datetime) -> None:
    """Counts the SMS of all drafts, deleted ones too, by an HMAC of the number. Raises Invalid."""
    key = compute_hmac("brake-text", number)
    await take_advisory_locks(key)
    if await RateLimitHit.exists().where(RateLimitHit.key == key, RateLimitHit.happened_at > now - NUMBER_PAUSE):
        raise Invalid(
            telephone="Un SMS vient de partir vers ce numéro : attendez une minute avant d’en envoyer un autre."
        )
    await RateLimitHit.insert(RateLimitHit(key=key, happened_at=now))


async def _check_daily_limit(actor: Actor, now: datetime) -> None:
    """Raises Invalid."""
    most, asked = settings.sms.daily_limit, await _list_recent_sms_times(actor.id, now)
    if len(asked) >= most:
        hours = ceil((asked[-1] + DAY - now) / timedelta(hours=1)) if asked else 24
        raise Invalid(
            telephone=f"Votre compte a envoyé {most} SMS en 24 heures, c’est le nombre permis. "
            "Faites signer le mandat sur papier ou, faute d’autre moyen, recueillez-le par téléphone. "
            f"Le prochain SMS pourra partir dans {hours} heure{'s' if hours > 1 else ''}."
        )


async def reserve_clarification_sms(person_id: int, number: str, due_at: datetime, now: datetime) -> bool:
    """Returns False when the account has reached the daily limit. Else the SMS counts for the pause of its number."""
    if len(await _list_recent_sms_times(person_id, now)) >= settings.sms.daily_limit:
        return False
    await RateLimitHit.insert(RateLimitHit(key=compute_hmac("brake-text", number), happened_at=due_at))
    return True


async def _list_recent_sms_times(person_id: int, now: datetime) -> list[datetime]:
    """The requests of the last 24 hours, the newest first, at most as many as the limit.

    Locks per account until the transaction ends, so that two requests are counted one after the other.
    """
    await take_advisory_locks(f"texts of {person_id}")
    rows = await (
        AuditEntry.select(AuditEntry.happened_at)
        .where(
            AuditEntry.person_id == person_id,
            AuditEntry.action.is_in(_REQUEST_ACTIONS),
            AuditEntry.happened_at > now - DAY,
        )
        .order_by(AuditEntry.happened_at, ascending=False)
        .limit(settings.sms.daily_limit)
    )
    return [row["happened_at"] for row in rows]


async def _cancel_waiting_sms(draft_id: UUID) -> None:
    """An SMS that is replaced before it was sent is not sent."""
    await Sms.update({Sms.state: SmsState.FAILED}).where(Sms.case == draft_id, Sms.state == SmsState.WAITING)
