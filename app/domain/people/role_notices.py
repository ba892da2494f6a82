"""What the emails about roles say, read when they leave: what changed at that moment, of whom, by whom.

The queued row holds the moment alone; the audit log has the rest.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.names import format_full_name
from app.domain.people.scope import list_scope_names
from db.tables.audit import AuditEntry
from db.tables.people import Person


@dataclass(frozen=True)
class RoleNotice:
    """actions: of the audit log. by: empty for a reader before their first visit, whom no email tells of a person.
    scope: what the person supervises now."""

    person_id: int
    name: str
    by: str
    actions: tuple[str, ...]
    role: PlatformRole
    is_expert: bool
    scope: tuple[str, ...]


async def load_own_role_notice(reader: Actor, moment: datetime) -> RoleNotice | None:
    """Returns None when nothing of that moment is left."""
    found = await _load_notices(moment, only=reader.id, named=reader.accepted_terms)
    return found[0] if found else None


async def load_role_notices(reader: Actor, moment: datetime) -> list[RoleNotice]:
    """For another administrator. Empty when the reader is none any more."""
    if reader.role != PlatformRole.ADMIN:
        return []
    return [one for one in await _load_notices(moment) if one.person_id != reader.id]


async def _load_notices(moment: datetime, *, only: int | None = None, named: bool = True) -> list[RoleNotice]:
    rows = await (
        AuditEntry.select(AuditEntry.action, AuditEntry.person_id, AuditEntry.target_person_id)
        .where(AuditEntry.happened_at == moment, AuditEntry.action.like("role.%"))
        .order_by(AuditEntry.id)
    )
    changed: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        if only in (None, row["target_person_id"]):
            changed.setdefault((row["target_person_id"], row["person_id"]), []).append(row["action"])
    return [await _build_notice(whom, by if named else None, actions) for (whom, by), actions in changed.items()]


async def _build_notice(person_id: int, by: int | None, actions: list[str]) -> RoleNotice:
    columns = (Person.first_name, Person.last_name, Person.address, Person.platform_role, Person.expert)
    row = await Person.select(*columns).where(Person.id == person_id).first()
    doer = await Person.select(*columns).where(Person.id == by).first() if by else None
    assert row is not None
    return RoleNotice(
        person_id=person_id,
        name=format_full_name(row),
        by=format_full_name(doer) if doer else "",
        actions=tuple(actions),
        role=PlatformRole(row["platform_role"]),
        is_expert=row["expert"],
        scope=await list_scope_names(person_id),
    )
