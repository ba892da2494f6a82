"""Whether the relay itself fails, and not some recipients: it refuses several of several domains, or many of one.

Without this, a relay that a setting broke and that answers « 550 » to each recipient would make every mailbox dead.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns.combination import WhereRaw

from app.domain.email.failure import Failure
from db.tables.email import Email

_MEMORY = timedelta(hours=1)
_READ = 50
_FEWEST_OF_TWO_DOMAINS, _FEWEST_OF_ONE = 3, 5
"""A small platform has one domain. As many dead mailboxes of one domain are known once another email leaves."""


async def is_relay_refusing_all(now: datetime, *, for_at_least: timedelta = timedelta()) -> bool:
    """True when no email left since three recipients of two domains, or five of one, refused theirs.

    One of these was queued for_at_least ago.
    """
    rows = await _list_last_failures(now)
    if not _are_several(rows):
        return False
    left = await _find_last_acceptance()
    since = [row for row in rows if left is None or row["failed_at"] > left]
    overdue = any(row["written_at"] <= now - for_at_least for row in since)
    silent = left is None or left <= now - for_at_least
    return _are_several(since) and overdue and silent


async def _list_last_failures(now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await (
        Email.select(
            Email.failed_at,
            Email.written_at,
            Email.person.address.as_alias("person"),
            Email.team.shared_address.as_alias("team"),
            Email.invitation.address.as_alias("invitation"),
            Email.signup.address.as_alias("signup"),
        )
        .where(Email.failed_at > now - _MEMORY, Email.failure.not_in(["", Failure.RELAY]))
        .order_by(Email.failed_at, ascending=False)
        .limit(_READ)
    )
    return rows


async def _find_last_acceptance() -> datetime | None:
    left = Email.select(Email.sent_at).where(WhereRaw("email.state = 'sent'"))  # as in the index email_accepted
    row = await left.order_by(Email.sent_at, ascending=False).first()
    return row["sent_at"] if row else None


def _are_several(rows: Collection[dict[str, Any]]) -> bool:
    addresses = {row["person"] or row["team"] or row["invitation"] or row["signup"] or "" for row in rows}
    domains = {address.rpartition("@")[2] for address in addresses}
    return len(addresses) >= (_FEWEST_OF_TWO_DOMAINS if len(domains) > 1 else _FEWEST_OF_ONE)
