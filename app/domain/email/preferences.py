"""Each person chooses when their emails leave: in the profile, or by the signed link of each digest, without login.

The link changes this choice and nothing else, and it shows no name. Source: features.md S13; RFC 8058.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor, load_actor
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import reschedule_emails
from app.domain.email.recipients import find_teams_with_readers
from app.domain.email.schedule import EmailFrequency
from app.domain.errors import Invalid, NotFound
from app.domain.tokens import compute_hmac, is_equal_constant_time
from app.settings import settings
from db.engine import is_postgres, transaction
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team

_MAC_LENGTH = 32


async def load_email_frequency(actor: Actor) -> EmailFrequency:
    row = await Person.select(Person.email_frequency).where(Person.id == actor.id).first()
    return EmailFrequency(row["email_frequency"]) if row else EmailFrequency.AT_ONCE


async def change_email_frequency(actor: Actor, choice: str, now: datetime) -> None:
    """Waiting emails follow the choice. Raises Invalid: unknown choice, or none for the last reader of a team."""
    if choice not in set(EmailFrequency):
        raise Invalid(mails="Choisissez quand vos mails arrivent.")
    async with transaction():
        if choice == EmailFrequency.NONE:
            await _check_not_last_reader(actor)
        await Person.update({Person.email_frequency: choice}).where(Person.id == actor.id)
        await reschedule_emails(actor.id, now)
        await write_audit("letters.chosen", now=now, person_id=actor.id)


async def unsubscribe(actor: Actor, now: datetime) -> None:
    """One click chooses none, or once a day for the last reader of a team."""
    try:
        await change_email_frequency(actor, EmailFrequency.NONE, now)
    except Invalid:
        await change_email_frequency(actor, EmailFrequency.DAILY, now)


async def _check_not_last_reader(actor: Actor) -> None:
    """Locks the teams: of two last readers who unsubscribe at the same time, only one succeeds."""
    seats = Membership.select(Membership.team).where(Membership.person == actor.id)
    query = Team.select(Team.id, Team.name).where(Team.id.is_in(seats)).order_by(Team.id)
    teams = await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)
    heard = await find_teams_with_readers([team["id"] for team in teams], without=actor.id)
    alone = [f"l’équipe « {team['name']} »" for team in teams if team["id"] not in heard]
    if alone:
        raise Invalid(
            mails=f"Vous êtes la dernière personne à recevoir les mails de {' et de '.join(alone)}. "
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
