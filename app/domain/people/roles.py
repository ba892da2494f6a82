"""An administrator gives and takes the roles of the platform: expert, supervisor, administrator. Source: R1.

| who                        | may be given                                                                        |
|----------------------------|-------------------------------------------------------------------------------------|
| the actor                  | nothing, and loses nothing: another administrator changes their roles               |
| a person without a team    | every role                                                                          |
| a member of teams          | expert, supervisor; administrator once they have left their teams, whose cases they |
|                            | would read                                                                          |
| a closed account           | nothing; what it has can be taken                                                   |

A supervisor has areas, organisations in every area, or both. There is always an active administrator: the actor, whose
own role is read again under the lock of active_admins.py. The person's sessions end, so that the rules of the new role
hold at once. They get an email, and the other administrators too (role_notices.py). Decision 0170.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.active_admins import lock_active_admins
from app.domain.accounts.actor import NOTHING_SUPERVISED, Actor, PlatformRole, Supervised
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.require_account import require_account
from app.domain.audit.log import NewAuditEntry, write_audit_entries
from app.domain.authentication.sessions import end_person_sessions
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import AccessDenied, Conflict, Forbidden, Invalid
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.teams.areas import list_areas
from app.domain.teams.keepers import list_admins
from app.domain.teams.supervision import load_supervised, save_supervised
from db.engine import is_postgres, transaction
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.people import Person

_OWN = "Vos rôles sont tenus par les autres administrateurs : demandez-le à l’un d’eux."
_GONE = "Cette page n’existe pas, ou ne vous est pas ouverte."
_CHANGED = "Ces rôles ont changé depuis que cette page est affichée. Relisez-les ci-dessous, puis recommencez."
_SAME = "Ce sont déjà ses rôles : rien n’a changé."
_CLOSED = "Ce compte est désactivé : aucun rôle ne peut lui être donné. Réactivez-le d’abord, s’il peut l’être."
_NO_SCOPE = "Choisissez ce que cette personne supervise : au moins une région, un département ou un organisme."


@dataclass(frozen=True)
class Roles:
    """supervised is empty but for a supervisor."""

    role: PlatformRole = PlatformRole.MEMBER
    is_expert: bool = False
    supervised: Supervised = NOTHING_SUPERVISED

    @property
    def version(self) -> str:
        """Equal for equal roles: what a page shows of them, sent back with its form."""
        areas, organisations = sorted(self.supervised.areas), sorted(self.supervised.organisations)
        return f"{self.role} {self.is_expert} {','.join(areas)} {','.join(map(str, organisations))}"


async def load_roles(actor: Actor, person_id: int) -> Roles:
    """Raises NotFound without the duty or the person, Forbidden for the actor's own."""
    require_duty(actor, Duty.GIVE_ROLES)
    if person_id == actor.id:
        raise Forbidden(_OWN)
    await require_account(person_id)
    return await _load_stored_roles(person_id)


async def change_roles(actor: Actor, person_id: int, wanted: Roles, seen_version: str, now: datetime) -> None:
    """Raises what load_roles raises, Invalid, Conflict (no change, a closed account, or others changed it since)."""
    async with transaction():
        await lock_for_roles(actor, now)
        if is_postgres():
            await Person.select(Person.id).where(Person.id == person_id).lock_rows("NO KEY UPDATE")
        before, after = await load_roles(actor, person_id), await check_roles(wanted)
        if before.version != seen_version:
            raise Conflict(_CHANGED)
        if before == after:
            raise Conflict(_SAME)
        changes = list_changes(before, after)
        await _check_open(person_id, changes)
        await _check_seats(person_id, after)
        await save_roles(person_id, after)
        await end_person_sessions(person_id)
        lines = [NewAuditEntry(action, person_id=actor.id, target_person_id=person_id) for action in changes]
        await write_audit_entries(lines, now=now)
        await queue_emails(EmailKind.ROLES, [person_id], now=now)
        await notify_other_admins(actor, person_id, now)


async def lock_for_roles(actor: Actor, now: datetime) -> None:
    """Raises AccessDenied for who has lost the role since the request began, TooManyRequests."""
    if actor.id not in await lock_active_admins():
        raise AccessDenied(_GONE)
    await consume_rate_limit(LimitedAction.INVITE, actor, now)


async def check_roles(wanted: Roles) -> Roles:
    """Only a supervisor supervises, and only what there is. Raises Invalid for a supervisor of nothing."""
    if wanted.role != PlatformRole.SUPERVISOR:
        return Roles(wanted.role, wanted.is_expert)
    areas = frozenset(area.code for area in await list_areas())
    rows = await Organisation.select(Organisation.id)
    supervised = Supervised(
        wanted.supervised.areas & areas, wanted.supervised.organisations & {row["id"] for row in rows}
    )
    if supervised == NOTHING_SUPERVISED:
        raise Invalid(regions=_NO_SCOPE)
    return Roles(wanted.role, wanted.is_expert, supervised)


async def _check_open(person_id: int, changes: list[str]) -> None:
    """Of a closed account roles are taken, and none is given: it would come back with the account."""
    gives = any(not change.startswith("role.no_") for change in changes)
    if gives and not await Person.exists().where(Person.id == person_id, Person.active.eq(True)):
        raise Conflict(_CLOSED)


async def _check_seats(person_id: int, wanted: Roles) -> None:
    if wanted.role != PlatformRole.ADMIN:
        return
    rows = await Membership.select(Membership.team.name.as_alias("name")).where(Membership.person == person_id)
    if rows:
        names = ", ".join(sorted(row["name"] for row in rows))
        raise Invalid(
            role=f"Un administrateur n’est membre d’aucune équipe : il en lirait les demandes. Retirez d’abord cette "
            f"personne, depuis sa fiche, de : {names}."
        )


async def save_roles(person_id: int, roles: Roles) -> None:
    await Person.update({"platform_role": roles.role, "expert": roles.is_expert}).where(Person.id == person_id)
    await save_supervised(person_id, roles.supervised)


async def notify_other_admins(actor: Actor, person_id: int, now: datetime) -> None:
    """Those who have done their first visit: before it no email names a person."""
    others = [one for one in await list_admins(without=actor.id) if one != person_id]
    await queue_emails(EmailKind.ROLE_NOTICE, others, now=now)


def list_changes(before: Roles, after: Roles) -> list[str]:
    """The actions of the audit log: what is taken, then what is given."""
    named = {PlatformRole.SUPERVISOR: "supervisor", PlatformRole.ADMIN: "admin"}
    moved = before.role != after.role
    changes = [f"role.no_{named[before.role]}"] if moved and before.role in named else []
    changes += [f"role.{named[after.role]}"] if moved and after.role in named else []
    if not moved and before.supervised != after.supervised:
        changes.append("role.scope")
    if before.is_expert != after.is_expert:
        changes.append("role.expert" if after.is_expert else "role.no_expert")
    return changes


async def _load_stored_roles(person_id: int) -> Roles:
    row = await Person.select(Person.platform_role, Person.expert).where(Person.id == person_id).first()
    assert row is not None
    return Roles(PlatformRole(row["platform_role"]), row["expert"], await load_supervised(person_id))
