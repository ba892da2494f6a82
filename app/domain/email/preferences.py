"""Each person chooses when their emails leave: in the profile, or by the signed link of each digest, without login.

There are three choices, one for each share of a case (shares.py). The link changes them and nothing else, and it shows
no name. Source: features.md S13; RFC 8058.
"""

from collections.abc import Mapping
from datetime import datetime

from app.domain.accounts.actor import Actor, load_actor
from app.domain.audit.log import write_audit
from app.domain.email.last_readers import find_last_reader_teams, lock_own_teams
from app.domain.email.queue_email import reschedule_emails
from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseShare
from app.domain.email.stored_choices import CHOICE_COLUMNS, decode_choices, encode_choices
from app.domain.errors import Invalid, NotFound
from app.domain.tokens import compute_hmac, is_equal_constant_time
from app.settings import settings
from db.engine import transaction
from db.tables.people import Person

CHOICE_FIELDS = dict(zip(CaseShare, ("mails", "mails-sans-personne", "mails-collegues"), strict=True))
"""The names of the form's fields."""
_MAC_LENGTH = 32
_ABOUT = {
    CaseShare.MINE: "",
    CaseShare.UNASSIGNED: " pour les demandes dont personne ne s’occupe",
    CaseShare.COLLEAGUES: " pour les demandes d’un collègue qui n’en reçoit pas",
}


async def load_email_choices(actor: Actor) -> dict[CaseShare, EmailFrequency]:
    row = await Person.select(*CHOICE_COLUMNS).where(Person.id == actor.id).first()
    return decode_choices(row) if row else dict.fromkeys(CaseShare, EmailFrequency.AT_ONCE)


async def load_email_frequency(actor: Actor, share: CaseShare = CaseShare.MINE) -> EmailFrequency:
    return (await load_email_choices(actor))[share]


async def change_email_frequency(actor: Actor, choice: str, now: datetime) -> None:
    """The same choice for all."""
    await change_email_choices(actor, dict.fromkeys(CaseShare, choice), now)


async def change_email_choices(actor: Actor, choices: Mapping[CaseShare, str], now: datetime) -> None:
    """Waiting emails follow the choices. Raises Invalid: unknown choice, or none for the last reader of a team."""
    unknown = [share for share, choice in choices.items() if choice not in set(EmailFrequency)]
    if unknown:
        raise Invalid(**{CHOICE_FIELDS[share]: "Choisissez quand vos mails arrivent." for share in unknown})
    known = {share: EmailFrequency(choice) for share, choice in choices.items()}
    async with transaction():
        alone = await find_last_reader_teams(actor, known, await lock_own_teams(actor))
        if alone:
            raise Invalid(**{CHOICE_FIELDS[share]: _explain_refusal(share, teams) for share, teams in alone.items()})
        await _save_choices(actor, known, now)


async def unsubscribe(actor: Actor, now: datetime) -> None:
    """One click chooses none, or once a day where the last reader of a team would choose none."""
    none = dict.fromkeys(CaseShare, EmailFrequency.NONE)
    async with transaction():
        alone = await find_last_reader_teams(actor, none, await lock_own_teams(actor))
        await _save_choices(actor, {**none, **dict.fromkeys(alone, EmailFrequency.DAILY)}, now)


async def _save_choices(actor: Actor, choices: Mapping[CaseShare, EmailFrequency], now: datetime) -> None:
    await Person.update(encode_choices(choices)).where(Person.id == actor.id)
    await reschedule_emails(actor.id, now)
    await write_audit("letters.chosen", now=now, person_id=actor.id)


def _explain_refusal(share: CaseShare, teams: list[str]) -> str:
    listed = " et de ".join(f"l’équipe « {team} »" for team in teams)
    return (
        f"Vous êtes la dernière personne à recevoir les mails de {listed}{_ABOUT[share]}. "
        "Choisissez par exemple « Une fois par jour », ou demandez d’abord à un collègue d’en recevoir."
    )


def build_preferences_url(actor: Actor) -> str:
    """The absolute URL that a digest contains."""
    return f"{settings.public_url}/mails/{actor.id}-{_compute_mac(actor.id)}"


async def load_link_holder(link: str) -> Actor:
    """The person whose choice the link changes. Raises NotFound: forged or truncated link, or closed account."""
    number, _, mac = link.partition("-")
    person = int(number) if number.isdecimal() and number.isascii() and len(number) < 10 else 0
    holder = await load_actor(person) if is_equal_constant_time(mac, _compute_mac(person)) else None
    if holder is None:
        raise NotFound("Ce lien est incomplet, ou n’est plus valable. Connectez-vous et ouvrez votre profil.")
    return holder


def _compute_mac(person_id: int) -> str:
    return compute_hmac("letters", str(person_id))[:_MAC_LENGTH]
