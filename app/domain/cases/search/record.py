"""Records a search in the audit log: a keyed mark of its words, never the words. Source: issue 16, 14.

Who is given the words finds who searched them (app/domain/operations/audit_search.py); without the key, marks can only
be compared.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit, write_audit_daily
from app.domain.case_number import parse_case_number
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.encryption import compute_search_tokens
from db.engine import transaction
from db.read_only import is_read_only
from db.search import fold_text

SEARCH_PURPOSE = "searched words"


async def record_search(actor: Actor, typed: str, now: datetime) -> None:
    """The number of a case names no citizen, and is not recorded. Raises TooManyRequests."""
    if not typed or parse_case_number(typed) is not None:
        return
    if is_read_only():
        await _write(actor, typed, now)
        return
    async with transaction():
        await consume_rate_limit(LimitedAction.SEARCH, actor, now)
        await _write(actor, typed, now)


async def _write(actor: Actor, typed: str, now: datetime) -> None:
    await write_audit("case.searched", now=now, person_id=actor.id, search_mark=list_search_marks(typed)[0])


async def record_comparison(actor: Actor, name: str, now: datetime) -> None:
    """The cases that look like a draft's were shown: as a search for this name, once a day."""
    await write_audit_daily("case.searched", now=now, person_id=actor.id, search_mark=list_search_marks(name)[0])


def list_search_marks(typed: str) -> list[str]:
    """The first is the current key's, the others are those of former keys. The order of the words does not count."""
    words = " ".join(sorted(fold_text(typed).split()))
    return [str(token) for token in compute_search_tokens(SEARCH_PURPOSE, words)]
