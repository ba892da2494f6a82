"""Whether two stored cases may be about one citizen."""

import logging
from uuid import UUID

from app.domain.cases.citizen import IDENTITY_COLUMNS, Citizen, decode_citizen
from app.domain.cases.draft.draft import CitizenDetail, load_details
from app.domain.cases.lookalikes.comparison import find_likeness
from db.encryption import UnreadableError
from db.tables.cases import Case

log = logging.getLogger("aplus.encryption")


async def is_same_citizen(case_id: UUID, other_id: UUID) -> bool:
    """False also when one of them cannot be decrypted: the person is asked."""
    try:
        return bool(find_likeness(*await _load_citizen(case_id), *await _load_citizen(other_id)))
    except UnreadableError as failure:
        log.error("cannot decrypt a citizen to compare: %s", failure)
        return False


async def _load_citizen(case_id: UUID) -> tuple[Citizen, tuple[CitizenDetail, ...]]:
    row = await Case.select(*IDENTITY_COLUMNS).where(Case.id == case_id).first()
    assert row is not None
    return decode_citizen(case_id, row), await load_details(case_id)
