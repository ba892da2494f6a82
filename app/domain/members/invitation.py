"""Invites people to a team, one or a whole pasted list. Each entry gets an answer. Source: features.md P3, P4."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.accounts.address import parse_address
from app.domain.audit.log import write_audit
from app.domain.email.queue_account_email import queue_invitation_email
from app.domain.errors import Invalid, NotFound, TooManyRequests
from app.domain.members.manager_notices import notify_managers
from app.domain.members.membership_offer import (
    INVITATION_VALIDITY,
    Newcomer,
    OfferResult,
    check_other_mailbox,
    limit_mailbox_invitations,
    offer_membership,
)
from app.domain.members.pasted_addresses import AddressEntry, parse_entries
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.teams.permissions import TeamAction, TeamFacts, lock_team_for_action
from db.engine import transaction
from db.tables.members import Invitation

MAX_ENTRIES = 100
_GONE = "Cette invitation n’existe plus : elle a servi, ou a été annulée."


@dataclass(frozen=True)
class EntryResult:
    """What became of one entry: offer, or why it was refused."""

    typed: str
    offer: OfferResult | None
    refusal: str = ""


async def invite_to_team(actor: Actor, team_id: int, typed: str, now: datetime) -> list[EntryResult]:
    """An invalid entry stops no other. The same list again invites no person twice.

    Raises Invalid for an empty or too long list, TooManyRequests, and what lock_team_for_action raises.
    """
    entries = parse_entries(typed)
    if not entries:
        raise Invalid(adresses="Saisissez au moins une adresse mail.")
    if len(entries) > MAX_ENTRIES:
        raise Invalid(adresses=f"Invitez {MAX_ENTRIES} personnes au plus à la fois : il y en a ici {len(entries)}.")
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
        await consume_rate_limit(LimitedAction.INVITATION_LIST, actor, now)
        await consume_rate_limit(LimitedAction.INVITE, actor, now, times=len(entries))
        answers = [await _invite_entry(actor, team, entry, now) for entry in entries]
        if any(answer.offer == OfferResult.INVITED for answer in answers):
            await notify_managers([team.id], by=actor.id, now=now)
        return answers


async def _invite_entry(actor: Actor, team: TeamFacts, entry: AddressEntry, now: datetime) -> EntryResult:
    try:
        newcomer = Newcomer(parse_address(entry.address), entry.first_name, entry.last_name)
        return EntryResult(entry.typed, await offer_membership(actor, team, newcomer, now))
    except Invalid as refused:
        return EntryResult(entry.typed, None, str(refused))
    except TooManyRequests as refused:
        return EntryResult(entry.typed, None, f"{refused.reason} Réessayez dans un quart d’heure.")


async def resend_invitation(actor: Actor, team_id: int, invitation_id: int, now: datetime) -> None:
    """Sends the same link by a new email, valid for seven days from now. The actor becomes its sender.

    Raises NotFound, TooManyRequests, Invalid for the actor's own address, and what lock_team_for_action raises.
    """
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
        pending = Invitation.id == invitation_id, Invitation.team == team.id, Invitation.used_at.is_null()
        row = await Invitation.select(Invitation.invited_by, Invitation.address).where(*pending).first()
        renewed: dict[Any, Any] = {Invitation.expires_at: now + INVITATION_VALIDITY}
        taken_over = row is not None and row["invited_by"] != actor.id
        if taken_over:
            renewed |= {Invitation.invited_by: actor.id, Invitation.invited_at: now}
        if row is None or not await Invitation.update(renewed).where(*pending).returning(Invitation.id):
            raise NotFound(_GONE)
        check_other_mailbox(actor, row["address"])
        await consume_rate_limit(LimitedAction.INVITE, actor, now)
        await limit_mailbox_invitations(team, row["address"], now)
        await queue_invitation_email(invitation_id, now=now)
        await write_audit("member.invited", now=now, person_id=actor.id, team_id=team.id)
        if taken_over:
            await notify_managers([team.id], by=actor.id, now=now)


async def cancel_invitation(actor: Actor, team_id: int, invitation_id: int, now: datetime) -> None:
    """The link stops working, sent or not. Raises NotFound, and what lock_team_for_action raises."""
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
        gone = await (
            Invitation.delete()
            .where(Invitation.id == invitation_id, Invitation.team == team.id, Invitation.used_at.is_null())
            .returning(Invitation.id)
        )
        if not gone:
            raise NotFound(_GONE)
        await write_audit("invitation.cancelled", now=now, person_id=actor.id, team_id=team.id)
