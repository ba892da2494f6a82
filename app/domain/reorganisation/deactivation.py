"""Closes an account, and opens it again. Source: features.md P3, P6; security.md ASVS 7.4.2.

| account of                         | admin | manages all their teams   | others |
|------------------------------------|-------|---------------------------|--------|
| oneself                            |       |                           |        |
| a member of teams                  | x     | x                         |        |
| expert, supervisor, admin; no team | x     |                           |        |

Sessions, streams and login links end at once, and little is kept of the account (closed_account.py). Its inherited
duties are listed (inherited_duties.py), and the person's invitations are cancelled for good. The last active admin
cannot be deactivated.
"""

from datetime import datetime
from typing import Any

from app.domain.accounts.active_admins import lock_active_admins
from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require_duty
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict, Forbidden, build_not_found
from app.domain.members.departure import Departure, load_departure
from app.domain.members.handover import HandoverChoices, hand_over
from app.domain.members.listing import list_editable_team_ids
from app.domain.members.managers import check_manager_stays
from app.domain.members.own_teams import list_team_ids, lock_teams
from app.domain.members.permissions import find_closable_accounts
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.reorganisation.closed_account import close_account, open_account
from app.domain.reorganisation.inherited_duties import InheritedGroup, list_inherited_duties
from db.engine import transaction
from db.tables.people import Person

_ABSENT = "Cette personne n’existe pas, ou n’est pas de votre ressort."
_SELF = "Vous ne pouvez pas désactiver votre propre compte : demandez-le à une autre personne qui en a la charge."
_PLATFORM = "Le compte d’une personne de la plateforme est tenu par l’administration."
_IN_OTHER_TEAM = (
    "Cette personne est aussi membre d’une équipe que vous ne tenez pas. "
    "Retirez-la de votre équipe, ou demandez à l’administration de désactiver son compte."
)
_LAST_ADMIN = "C’est le dernier administrateur actif. Réactivez-en ou nommez-en d’abord un autre."


async def preview_deactivation(actor: Actor, person_id: int) -> Departure:
    """Raises NotFound, Forbidden, Conflict when the account is already closed."""
    person = await _load_closable_account(actor, person_id)
    await _check_deactivation(actor, person)
    return await load_departure(person_id, await list_team_ids(person_id))


async def preview_inherited_duties(actor: Actor, person_id: int, now: datetime) -> list[InheritedGroup]:
    """Only the items that the actor may see. Raises NotFound, Forbidden."""
    await _load_closable_account(actor, person_id)
    return await list_inherited_duties(actor, person_id, now)


async def deactivate_account(
    actor: Actor, person_id: int, choices: HandoverChoices, preview_version: str, now: datetime
) -> None:
    """Raises the same errors as preview_deactivation and hand_over. The person is logged out at their next request."""
    async with transaction():
        teams = await list_team_ids(person_id)
        await lock_teams(teams)
        await _check_deactivation(actor, await _load_closable_account(actor, person_id))
        await hand_over(await load_departure(person_id, teams), choices, preview_version, now)
        await close_account(person_id, now)
        await write_audit("member.deactivated", now=now, person_id=actor.id, target_person_id=person_id)


async def reactivate_account(actor: Actor, person_id: int, now: datetime) -> None:
    """In the same teams (closed_account.py). Raises NotFound, Forbidden, Conflict (already open), TooManyRequests."""
    async with transaction():
        await _load_closable_account(actor, person_id)
        await consume_rate_limit(LimitedAction.ACTION, actor, now)
        if not await open_account(person_id, now):
            raise Conflict("Ce compte est déjà ouvert, ou ne peut plus l’être : rien n’a changé.")
        await queue_emails(EmailKind.REACTIVATED, [person_id], now=now)
        await write_audit("member.reactivated", now=now, person_id=actor.id, target_person_id=person_id)


async def _load_closable_account(actor: Actor, person_id: int) -> dict[str, Any]:
    """Raises NotFound for a person outside the actor's scope, Forbidden for an account that the actor may not close."""
    require_duty(actor, Duty.MANAGE_MEMBERS)
    row: dict[str, Any] | None = await (
        Person.select(Person.id, Person.active, Person.platform_role, Person.expert)
        .where(Person.id == person_id)
        .first()
    )
    if row is None or not await _is_in_scope(actor, person_id):
        raise build_not_found(_ABSENT, exists_for_others=row is not None)
    if person_id == actor.id:
        raise Forbidden(_SELF)
    if person_id not in await find_closable_accounts(actor, [person_id]):
        raise Forbidden(_PLATFORM if row["platform_role"] != PlatformRole.MEMBER or row["expert"] else _IN_OTHER_TEAM)
    return row


async def _is_in_scope(actor: Actor, person_id: int) -> bool:
    """The actor, the members of the teams that they edit, and everyone for an admin."""
    if person_id == actor.id or actor.role == PlatformRole.ADMIN:
        return True
    return bool(await list_editable_team_ids(actor, person_id))


async def _check_deactivation(actor: Actor, person: dict[str, Any]) -> None:
    if not person["active"]:
        raise Conflict("Ce compte est déjà désactivé : rien n’a changé.")
    if person["platform_role"] == PlatformRole.ADMIN and len(await lock_active_admins()) < 2:
        raise Forbidden(_LAST_ADMIN)
    for team_id in await list_team_ids(person["id"]):
        await check_manager_stays(actor, team_id, person["id"])
