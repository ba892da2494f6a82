"""A person marks cases as read or unread by hand, in their own lists alone. Source: features.md W7.

What was shown to them stays as it was (read_receipts.py): a mark never makes a case « Lu par » them. Opening the case
ends the mark.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.lifecycle.several import Several, run_each
from app.domain.cases.thread.read_receipts import find_latest_event, find_mark, find_unread_event, set_mark
from app.domain.opaque_ids import IdPurpose, decode_id, encode_id
from db.engine import transaction

_BEFORE_ALL = 0
"""Lower than any event."""


async def mark_several(actor: Actor, case_ids: Iterable[UUID], now: datetime, *, read: bool) -> Several:
    """What undo needs is the former mark, as an opaque id; empty for none."""

    async def mark(case_id: UUID) -> str | None:
        async with transaction():
            case = await load_readable_case(actor, case_id)
            if (await find_unread_event(actor, case) is None) == read:
                return None
            former = await find_mark(actor, case_id)
            await set_mark(actor, case_id, find_latest_event(actor, case) if read else _BEFORE_ALL, now)
            return "" if former is None else encode_id(IdPurpose.READ_MARK, former)

    return await run_each(case_ids, mark)


async def undo_marking_several(actor: Actor, done: Mapping[UUID, str], now: datetime) -> Several:
    async def restore(case_id: UUID) -> str | None:
        async with transaction():
            await load_readable_case(actor, case_id)
            await set_mark(actor, case_id, decode_id(IdPurpose.READ_MARK, done[case_id]), now)
            return ""

    return await run_each(done, restore)
