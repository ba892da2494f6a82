"""Asking a citizen for their mandate by text. Source: mandate.md.

No second text to the same number within a minute; so many by one account in twenty-four hours (SMS_DAILY_LIMIT): each
is paid for, and a stolen session does not write to a whole country. The trail counts: it forgets no deleted draft.
"""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.cases.draft.held_draft import HeldDraft, hold_draft
from app.domain.cases.draft.steps import WizardStep, overlong
from app.domain.cases.draft.view import Draft, read_draft
from app.domain.cases.mandate.attestation import attest
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.mandate.phone_numbers import mobile
from app.domain.cases.mandate.sms_outbox import sms_queued
from app.domain.cases.mandate.sms_thread import NUMBERS, TextState
from app.domain.cases.mandate.sms_wording import birth_in_text, name_in_text, recall, wording
from app.domain.errors import Invalid
from app.domain.teams.reachability import organisations_in
from app.domain.tokens import keyed
from app.settings import settings
from db.advisory_lock import take_turns
from db.encryption import current_key, mark, seal
from db.engine import on_commit, transaction
from db.tables import Audit, Brake, Sms, Team

PAUSE = timedelta(minutes=1)
DAY = timedelta(hours=24)
_SENT = ["mandate.asked", "mandate.asked_again"]


async def ask(actor: Actor, draft: UUID | HeldDraft, text_id: UUID, phone: str, *, brand: str, now: datetime) -> None:
    """Writes the text, which leaves after the commit. text_id comes from the form: a repeated post sends nothing more.

    Raises NotFound, AlreadySent; Invalid(telephone) when the text cannot be written or must wait.
    """
    number = mobile(phone)
    async with transaction():
        held = await hold_draft(actor, draft)
        if await Sms.exists().where(Sms.id == text_id):
            return
        body = await text_for(actor, await read_draft(held.id), brand)
        await _count_today(actor, now)
        await _wait_a_minute(number, now)
        await _hold_back(held.id)
        await attest(actor, held, MandateKind.SMS, signed_on=None, reason="", now=now)
        await write_text(text_id, held.id, number, body, now)
        await write_audit("mandate.asked", now=now, person_id=actor.id, case_id=held.id)
        on_commit(sms_queued.send)


async def write_text(
    text_id: UUID,
    draft_id: UUID,
    number: str,
    body: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
    about: UUID | None = None,
) -> None:
    """number is in E.164. about: the text to which this one asks for a plainer answer."""
    text = Sms(
        id=text_id,
        case=draft_id,
        phone=seal(Sms.phone, text_id, number),
        number_mark=mark(NUMBERS, number, current_key()),
        body=seal(Sms.body, text_id, body),
        written_at=now,
        due_at=due_at or now,
        about=about,
    )
    await Sms.insert(text)


async def text_for(actor: Actor, draft: Draft, brand: str) -> str:
    """What the citizen would read. Raises Invalid while an answer that it recalls is missing."""
    if not all((draft.first_name, draft.last_name, draft.birth, draft.subject, draft.organisations)):
        raise Invalid(
            telephone="Le SMS rappelle à l’usager son nom, sa naissance, la démarche et les organismes : "
            "complétez d’abord ces étapes."
        )
    if overlong(WizardStep.CITIZEN, draft, []) or overlong(WizardStep.PROBLEM, draft, []).keys() & {"objet"}:
        raise Invalid(telephone="Le SMS rappelle à l’usager son nom, sa naissance et la démarche : raccourcissez-les.")
    if not (name_in_text(draft.first_name) and name_in_text(draft.last_name)):
        raise Invalid(telephone="Le SMS n’écrit que les lettres des noms : corrigez le prénom ou le nom de l’usager.")
    if not birth_in_text(draft.birth):
        raise Invalid(
            telephone="Le SMS rappelle à l’usager sa date ou son année de naissance : écrivez-la comme 12/03/1957 "
            "ou 1957, ou choisissez une autre forme de mandat."
        )
    team = await Team.select(Team.name).where(Team.id == draft.team_id).first()
    assert team is not None
    recalled = recall(draft, await organisations_in(draft.area, draft.team_id))
    return wording(recalled, brand=brand, agent=f"{actor.first_name} {actor.last_name}", structure=team["name"])


async def _wait_a_minute(number: str, now: datetime) -> None:
    """Of any draft, even one deleted since: a keyed digest of the number is counted, as the brakes do."""
    key = keyed("brake-text", number)
    await take_turns(key)
    if await Brake.exists().where(Brake.key == key, Brake.happened_at > now - PAUSE):
        raise Invalid(
            telephone="Un SMS vient de partir vers ce numéro : attendez une minute avant d’en envoyer un autre."
        )
    await Brake.insert(Brake(key=key, happened_at=now))


async def _count_today(actor: Actor, now: datetime) -> None:
    """One at a time for an account: two at once are counted one after the other."""
    most, asked = settings.sms.daily_limit, await _latest_texts(actor.id, now)
    if len(asked) >= most:
        hours = ceil((asked[-1] + DAY - now) / timedelta(hours=1)) if asked else 24
        raise Invalid(
            telephone=f"Votre compte a envoyé {most} SMS en 24 heures, c’est le nombre permis. "
            "Faites signer le mandat sur papier ou, faute d’autre moyen, recueillez-le par téléphone. "
            f"Le prochain SMS pourra partir dans {hours} heure{'s' if hours > 1 else ''}."
        )


async def may_ask_again(person_id: int, number: str, due_at: datetime, now: datetime) -> bool:
    """Counts a text that asks for a plainer answer with the others to this number, unless the day's have left."""
    if len(await _latest_texts(person_id, now)) >= settings.sms.daily_limit:
        return False
    await Brake.insert(Brake(key=keyed("brake-text", number), happened_at=due_at))
    return True


async def _latest_texts(person_id: int, now: datetime) -> list[datetime]:
    """When an account's latest texts of the last twenty-four hours left, up to the limit; its turn is held."""
    await take_turns(f"texts of {person_id}")
    rows = await (
        Audit.select(Audit.happened_at)
        .where(Audit.person_id == person_id, Audit.action.is_in(_SENT), Audit.happened_at > now - DAY)
        .order_by(Audit.happened_at, ascending=False)
        .limit(settings.sms.daily_limit)
    )
    return [row["happened_at"] for row in rows]


async def _hold_back(draft_id: UUID) -> None:
    """A text replaced before it left does not leave."""
    await Sms.update({Sms.state: TextState.FAILED}).where(Sms.case == draft_id, Sms.state == TextState.WAITING)
