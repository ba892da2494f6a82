"""Two cases of one citizen for the same blockage are linked by a person who reads both. Source: features.md W10."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.cases.access import load_readable_case
from app.domain.errors import Invalid
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.batch import BatchQuery, BoundQuery, Row, fetch_query
from db.engine import transaction
from db.tables.case_links import CaseLink

_OWN_NUMBER = "C’est le numéro de cette demande : choisissez-en une autre."


async def link_cases(actor: Actor, case_id: UUID, other_id: UUID, now: datetime) -> None:
    """A second time changes nothing. Raises Invalid for one case, NotFound if the actor does not read both."""
    async with transaction():
        await _lock_both(actor, case_id, other_id)
        if await insert_link(actor, case_id, other_id, now):
            await consume_rate_limit(LimitedAction.ACTION, actor, now)
            await _write_both(actor, "case.linked", case_id, other_id, now)


async def unlink_cases(actor: Actor, case_id: UUID, other_id: UUID, now: datetime) -> None:
    """A second time changes nothing. Raises NotFound if the actor does not read both."""
    first, second = order_pair(case_id, other_id)
    async with transaction():
        await _lock_both(actor, case_id, other_id)
        removed = await (
            CaseLink.delete().where(CaseLink.first_case == first, CaseLink.second_case == second).returning(CaseLink.id)
        )
        if removed:
            await consume_rate_limit(LimitedAction.ACTION, actor, now)
            await _write_both(actor, "case.unlinked", case_id, other_id, now)


async def _lock_both(actor: Actor, case_id: UUID, other_id: UUID) -> None:
    """Neither is erased before the transaction ends: its erasure would keep the link."""
    for one in order_pair(case_id, other_id):
        await load_readable_case(actor, one, locked=True)
    check_two_cases(case_id, other_id)


def check_two_cases(case_id: UUID, other_id: UUID) -> None:
    if case_id == other_id:
        raise Invalid(numero=_OWN_NUMBER)


async def insert_link(actor: Actor, case_id: UUID, other_id: UUID, now: datetime) -> bool:
    """False if they are linked already. Runs in the caller's transaction."""
    first, second = order_pair(case_id, other_id)
    link = CaseLink(first_case=first, second_case=second, linked_by=actor.id, linked_at=now)
    return bool(
        await CaseLink.insert(link)
        .on_conflict(target=(CaseLink.first_case, CaseLink.second_case), action="DO NOTHING")
        .returning(CaseLink.id)
    )


async def delete_link(case_id: UUID, other_id: UUID) -> None:
    """Runs in the caller's transaction."""
    first, second = order_pair(case_id, other_id)
    await CaseLink.delete().where(CaseLink.first_case == first, CaseLink.second_case == second)


async def list_linked_cases(case_id: UUID) -> list[UUID]:
    """All of them: what the reader may not read is left out later (other_cases.py)."""
    return decode_links(await fetch_query(build_links_query(case_id)), case_id)


_LINKS_QUERY = BatchQuery(
    {"first_case": "l.first_case", "second_case": "l.second_case"},
    "case_link l WHERE l.first_case = {} OR l.second_case = {}",
    {"first_case": UUID, "second_case": UUID},
)


def build_links_query(case_id: UUID) -> BoundQuery:
    return _LINKS_QUERY.bind(case_id, case_id)


def decode_links(rows: list[Row], case_id: UUID) -> list[UUID]:
    return [row["first_case"] if row["second_case"] == case_id else row["second_case"] for row in rows]


def order_pair(case_id: UUID, other_id: UUID) -> tuple[UUID, UUID]:
    """The order in which two cases are stored, and locked."""
    return (case_id, other_id) if str(case_id) < str(other_id) else (other_id, case_id)


async def _write_both(actor: Actor, action: str, case_id: UUID, other_id: UUID, now: datetime) -> None:
    for one in (case_id, other_id):
        await write_audit(action, now=now, person_id=actor.id, case_id=one)
