"""Choosing when one's letters leave: in the profile, or without signing in by the signed link of each digest.

Whoever holds that link may change this choice and nothing else; it names nobody. Source: features.md S13; RFC 8058.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor, load_actor
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import reschedule
from app.domain.email.recipients import teams_heard
from app.domain.email.schedule import LetterTimes
from app.domain.errors import Invalid, NotFound
from app.domain.tokens import keyed, same
from app.settings import settings
from db.engine import is_postgres, transaction
from db.tables import Membership, Person, Team

_MAC = 32


async def chosen_times(actor: Actor) -> LetterTimes:
    row = await Person.select(Person.letters).where(Person.id == actor.id).first()
    return LetterTimes(row["letters"]) if row else LetterTimes.AT_ONCE


async def choose_times(actor: Actor, choice: str, now: datetime) -> None:
    """What still waits follows the choice. Raises Invalid: unknown, or none for a team's last reader."""
    if choice not in set(LetterTimes):
        raise Invalid(mails="Choisissez quand vos mails arrivent.")
    async with transaction():
        if choice == LetterTimes.NONE:
            await _refuse_the_last_reader(actor)
        await Person.update({Person.letters: choice}).where(Person.id == actor.id)
        await reschedule(actor.id, now)
        await write_audit("letters.chosen", now=now, person_id=actor.id)


async def want_fewest(actor: Actor, now: datetime) -> None:
    """Unsubscribing in one press: none, or once a day for the last whom a team's letters reach."""
    try:
        await choose_times(actor, LetterTimes.NONE, now)
    except Invalid:
        await choose_times(actor, LetterTimes.DAILY, now)


async def _refuse_the_last_reader(actor: Actor) -> None:
    """The teams' rows are held, so that of two last readers who leave at once only one can."""
    seats = Membership.select(Membership.team).where(Membership.person == actor.id)
    query = Team.select(Team.id, Team.name).where(Team.id.is_in(seats)).order_by(Team.id)
    teams = await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)
    heard = await teams_heard([team["id"] for team in teams], without=actor.id)
    alone = [f"l’équipe « {team['name']} »" for team in teams if team["id"] not in heard]
    if alone:
        raise Invalid(
            mails=f"Vous êtes la dernière personne à recevoir les mails de {' et de '.join(alone)}. "
            "Choisissez par exemple « Une fois par jour », ou demandez d’abord à un collègue d’en recevoir."
        )


def choice_link(actor: Actor) -> str:
    """The absolute address that a digest carries."""
    return f"{settings.public_url}/mails/{actor.id}-{_mac(actor.id)}"


async def holder_of(link: str) -> Actor:
    """Whose choice this link changes. Raises NotFound: forged, cut, or of somebody who has left."""
    number, _, mac = link.partition("-")
    person = int(number) if number.isdecimal() and number.isascii() and len(number) < 10 else 0
    holder = await load_actor(person) if same(mac, _mac(person)) else None
    if holder is None:
        raise NotFound("Ce lien est incomplet, ou n’est plus valable. Connectez-vous et ouvrez votre profil.")
    return holder


def _mac(person_id: int) -> str:
    return keyed("letters", str(person_id))[:_MAC]
