"""An admin renames a whole domain of addresses: francetravail.fr for pole-emploi.fr. Source: issue 17, point 2.

No new mailbox confirms: the domain moved as a whole, and thousands would wait. Instead it is an admin's, with a recent
login; each person reads it at both addresses, and the other admins at once. An admin's own account is left out: they
change it from their profile. What was previewed is what is done (domain_rename_plan.py), in one transaction.
"""

from datetime import datetime

from app.domain.account_keeping.domain_places import PlaceKind, list_team_ids, save_places
from app.domain.account_keeping.domain_rename_plan import DomainRename, load_domain_rename
from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.audit.log import NewAuditEntry, write_audit, write_audit_entries
from app.domain.authentication.address_link import make_reference
from app.domain.authentication.replace_address import lock_people, move_invitations, replace_addresses
from app.domain.email.queue_account_email import queue_address_emails
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict
from app.domain.teams.keepers import list_admins
from db.advisory_lock import take_advisory_locks
from db.bulk import insert_many
from db.engine import transaction
from db.tables.address_changes import AddressChange
from db.unique_violation import UniqueViolationError

_CHANGED = "La situation vient de changer. Relisez ce qui va être renommé, puis confirmez."
_NOTHING = "Plus rien n’est à renommer."


async def preview_domain_rename(actor: Actor, typed_former: str, typed_new: str, now: datetime) -> DomainRename:
    """Raises NotFound, Invalid(ancien, nouveau)."""
    require_duty(actor, Duty.REPAIR_ACCOUNTS)
    return await load_domain_rename(typed_former, typed_new, now, except_person=actor.id)


async def rename_domain(
    actor: Actor, typed_former: str, typed_new: str, preview_version: str, now: datetime
) -> DomainRename:
    """Raises what preview_domain_rename raises, and Conflict when the preview showed something else."""
    try:
        return await _rename_domain(actor, typed_former, typed_new, preview_version, now)
    except UniqueViolationError:
        raise Conflict(_CHANGED) from None


async def _rename_domain(
    actor: Actor, typed_former: str, typed_new: str, preview_version: str, now: datetime
) -> DomainRename:
    """The plan is read again once its accounts are locked: one of them may have changed while this waited."""
    async with transaction():
        await take_advisory_locks("domain rename")
        seen = await preview_domain_rename(actor, typed_former, typed_new, now)
        await lock_people(account.id for account in seen.accounts)
        plan = await preview_domain_rename(actor, typed_former, typed_new, now)
        if not (plan.accounts or plan.places):
            raise Conflict(_NOTHING)
        if plan.preview_version != preview_version:
            raise Conflict(_CHANGED)
        await _rename_accounts(actor, plan, now)
        await _rename_places(actor, plan, now)
        await queue_emails(EmailKind.DOMAIN_RENAMED, await list_admins(without=actor.id), now=now)
        await write_audit("domain.renamed", now=now, person_id=actor.id)
    return plan


async def _rename_accounts(actor: Actor, plan: DomainRename, now: datetime) -> None:
    await replace_addresses({account.id: account.address for account in plan.accounts}, now, by=actor.id)
    done = {"asked_by": actor.id, "asked_at": now, "expires_at": now, "done_at": now}
    rows = [
        {"person": one.id, "former": one.former, "address": one.address, "reference": make_reference(), **done}
        for one in plan.accounts
        if one.active
    ]
    changes = [row["id"] for row in await insert_many(AddressChange, rows, returning=["id"])]
    for kind in (EmailKind.ADDRESS_CHANGED, EmailKind.ADDRESS_LEFT):
        await queue_address_emails(kind, changes, now=now)


async def _rename_places(actor: Actor, plan: DomainRename, now: datetime) -> None:
    places = list(plan.places)
    await move_invitations({one.former: one.address for one in places if one.kind == PlaceKind.INVITATION})
    await save_places(places, now)
    teams = [NewAuditEntry("team.changed", actor.id, team_id=team) for team in list_team_ids(places)]
    areas = [NewAuditEntry("area.contact", actor.id) for one in places if one.kind == PlaceKind.AREA]
    await write_audit_entries([*teams, *areas], now=now)
