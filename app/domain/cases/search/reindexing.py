"""Computes the search tokens of a case again after SEARCH_VERSION was raised: a recurring job, until none is left."""

import logging
from datetime import datetime
from uuid import UUID

from app.domain.cases.search.tokens import SEARCH_VERSION, index_citizen
from db.encryption import UnreadableError
from db.engine import is_postgres, transaction
from db.tables.cases import Case

log = logging.getLogger("aplus.search")
_BATCH_SIZE = 2_000
"""Cases a run: some seconds. A million cases take a night."""
UNREADABLE_VERSION = -1
"""Of a case whose citizen cannot be decrypted: it is not tried at each run."""


async def reindex_cases(now: datetime) -> int:
    """Returns the number of cases. A case that changes meanwhile is indexed by its own verb too."""
    rows = (
        await Case.select(Case.id)
        .where(
            Case.search_version >= 0,
            Case.search_version < SEARCH_VERSION,
            Case.status != "draft",
            Case.erased_at.is_null(),
        )
        .limit(_BATCH_SIZE)
    )
    for row in rows:
        await reindex_case(row["id"])
    return len(rows)


async def reindex_case(case_id: UUID) -> bool:
    """In its own transaction. False for a case that is erased meanwhile, or that cannot be decrypted."""
    async with transaction():
        query = Case.select(Case.id).where(Case.id == case_id, Case.erased_at.is_null()).first()
        if not await (query.lock_rows("UPDATE") if is_postgres() else query):
            return False
        version = await _index(case_id)
        await Case.update({Case.search_version: version}).where(Case.id == case_id)
        return version == SEARCH_VERSION


async def _index(case_id: UUID) -> int:
    try:
        await index_citizen(case_id)
    except UnreadableError as failure:
        log.error("value not re-indexed: %s", failure)
        return UNREADABLE_VERSION
    return SEARCH_VERSION
