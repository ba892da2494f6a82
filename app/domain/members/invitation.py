"""Inviting people to a team, one or a whole pasted list: each is answered. Source: features.md P3, P4."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.accounts.address import read_address
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import write_invitation_letter
from app.domain.errors import Invalid, NotFound, TooOften
from app.domain.members.addresses import Entry, read_entries
from app.domain.members.manager_notices import tell_managers
from app.domain.members.membership_offer import VALID, Newcomer, Welcome, spend_on_mailbox, welcome
from app.domain.rate_limit import Verb, spend
from app.domain.teams.permissions import TeamAction, TeamFacts, team_for
from db.engine import transaction
from db.tables import Invitation

MOST_AT_ONCE = 100
_GONE = "Cette invitation n’existe plus : elle a servi, ou a été annulée."


@dataclass(frozen=True)
class Answer:
    """What became of one line of the list: welcome, or why it was refused."""

    typed: str
    welcome: Welcome | None
    refusal: str = ""


async def invite(actor: Actor, team_id: int, typed: str, now: datetime) -> list[Answer]:
    """One bad line stops no other; the same list again invites nobody twice.

    Raises Invalid when the list is empty or too long; TooOften; as keeping.team_for does.
    """
    entries = read_entries(typed)
    if not entries:
        raise Invalid(adresses="Saisissez au moins une adresse mail.")
    if len(entries) > MOST_AT_ONCE:
        raise Invalid(adresses=f"Invitez {MOST_AT_ONCE} personnes au plus à la fois : il y en a ici {len(entries)}.")
    async with transaction():
        team = await team_for(actor, team_id, TeamAction.KEEP_MEMBERS)
        await spend(Verb.LIST, actor, now)
        await spend(Verb.INVITE, actor, now, times=len(entries))
        answers = [await _answer(actor, team, entry, now) for entry in entries]
        if any(answer.welcome == Welcome.INVITED for answer in answers):
            await tell_managers([team.id], by=actor.id, now=now)
        return answers


async def _answer(actor: Actor, team: TeamFacts, entry: Entry, now: datetime) -> Answer:
    try:
        newcomer = Newcomer(read_address(entry.address), entry.first_name, entry.last_name)
        return Answer(entry.typed, await welcome(actor, team, newcomer, now))
    except Invalid as refused:
        return Answer(entry.typed, None, str(refused))
    except TooOften as refused:
        return Answer(entry.typed, None, f"{refused.why} Réessayez dans un quart d’heure.")


async def send_again(actor: Actor, team_id: int, invitation_id: int, now: datetime) -> None:
    """The same link by a new letter, good for seven days from now, on the right of this sender.

    Raises as team_for does, NotFound, TooOften.
    """
    async with transaction():
        team = await team_for(actor, team_id, TeamAction.KEEP_MEMBERS)
        pending = Invitation.id == invitation_id, Invitation.team == team.id, Invitation.used_at.is_null()
        row = await Invitation.select(Invitation.invited_by, Invitation.address).where(*pending).first()
        renewed: dict[Any, Any] = {Invitation.expires_at: now + VALID}
        taken_over = row is not None and row["invited_by"] != actor.id
        if taken_over:
            renewed |= {Invitation.invited_by: actor.id, Invitation.invited_at: now}
        if row is None or not await Invitation.update(renewed).where(*pending).returning(Invitation.id):
            raise NotFound(_GONE)
        await spend(Verb.INVITE, actor, now)
        await spend_on_mailbox(team, row["address"], now)
        await write_invitation_letter(invitation_id, now=now)
        await write_audit("member.invited", now=now, person_id=actor.id, team_id=team.id)
        if taken_over:
            await tell_managers([team.id], by=actor.id, now=now)


async def cancel(actor: Actor, team_id: int, invitation_id: int, now: datetime) -> None:
    """Its link is worth nothing from now on, sent or not. Raises as team_for does, NotFound."""
    async with transaction():
        team = await team_for(actor, team_id, TeamAction.KEEP_MEMBERS)
        gone = await (
            Invitation.delete()
            .where(Invitation.id == invitation_id, Invitation.team == team.id, Invitation.used_at.is_null())
            .returning(Invitation.id)
        )
        if not gone:
            raise NotFound(_GONE)
        await write_audit("invitation.cancelled", now=now, person_id=actor.id, team_id=team.id)
