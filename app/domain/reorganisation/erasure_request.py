"""A person asks that their own account be erased. Source: issue 17, point 2; RGPD, article 17.

Those who keep their teams, or the administrators, close the account, which hands over its cases (deactivation.py). Its
name and address then go with the next daily run (pseudonyms.py), and not two years later.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor, load_actors
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Invalid
from app.domain.members.own_teams import list_team_ids
from app.domain.members.permissions import find_closable_accounts
from app.domain.teams.keepers import list_admins, list_keepers
from db.engine import transaction
from db.tables.people import Person

_ALONE = "Personne d’autre ne peut fermer votre compte : donnez d’abord le rôle d’administrateur à une autre personne."


async def find_erasure_request(actor: Actor) -> datetime | None:
    """When the actor asked for it; None without a request."""
    row = await Person.select(Person.erasure_asked_at).where(Person.id == actor.id).first()
    return row["erasure_asked_at"] if row else None


async def request_erasure(actor: Actor, now: datetime) -> None:
    """A second request changes nothing, and emails no one again.

    Raises Invalid when no one else may close the account: of the only administrator.
    """
    async with transaction():
        closers = await _list_who_may_close(actor)
        if not closers:
            raise Invalid(effacement=_ALONE)
        asked = await (
            Person.update({Person.erasure_asked_at: now})
            .where(Person.id == actor.id, Person.erasure_asked_at.is_null())
            .returning(Person.id)
        )
        if asked:
            await queue_emails(EmailKind.ERASURE_ASKED, closers, now=now)
            await write_audit("erasure.asked", now=now, person_id=actor.id)


async def _list_who_may_close(actor: Actor) -> list[int]:
    """Of those who keep a team of the person, those who keep the whole account; else the administrators."""
    keepers = {one for team in await list_team_ids(actor.id) for one in await list_keepers(team, without=actor.id)}
    closers = [one.id for one in await load_actors(keepers) if await find_closable_accounts(one, [actor.id])]
    return sorted(closers) or await list_admins(without=actor.id)


async def cancel_erasure(actor: Actor, now: datetime) -> None:
    """Without a request, nothing changes."""
    async with transaction():
        cancelled = await (
            Person.update({Person.erasure_asked_at: None})
            .where(Person.id == actor.id, Person.erasure_asked_at.is_not_null())
            .returning(Person.id)
        )
        if cancelled:
            await write_audit("erasure.cancelled", now=now, person_id=actor.id)
