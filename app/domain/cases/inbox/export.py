"""The list as a file: the rows that the person reads, with the filters of their page, on all its pages."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases, load_batch
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.views import View
from app.domain.cases.search.record import record_search
from app.domain.errors import NotFound
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction

log = logging.getLogger("aplus.audit")


async def export_cases(actor: Actor, filters: Filters, now: datetime) -> AsyncIterator[list[CaseRow]]:
    """In batches, in the order of the list. Recorded before the first batch: how many rows, never which words.

    Raises NotFound (drafts have no file), TooManyRequests.
    """
    if filters.view == View.DRAFTS:
        raise NotFound("Les brouillons ne se téléchargent pas.")
    whole = replace(filters, after=None, before=None)
    await record_search(actor, filters.words, now)
    async with transaction():
        await consume_rate_limit(LimitedAction.EXPORT, actor, now)
        await write_audit("list.exported", now=now, person_id=actor.id)
    log.info("list exported: person %s, %s cases", actor.id, (await list_cases(actor, whole, now)).total)
    return _read_batches(actor, whole, now)


async def _read_batches(actor: Actor, filters: Filters, now: datetime) -> AsyncIterator[list[CaseRow]]:
    after: int | None = None
    while lines := await load_batch(actor, replace(filters, after=after), now):
        yield lines
        after = lines[-1].position
