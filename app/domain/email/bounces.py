"""A bounce: the relay accepted an email, and a server further on says that it cannot be delivered.

A person can write any email to our mailbox of bounces. One counts only if it names an email that left within a week, by
its Message-ID: a random number of 122 bits, which only its recipient and the servers on its way have seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.email.failure import PERMANENT, Failure
from app.domain.email.undelivered import mark_undelivered
from db.engine import transaction
from db.tables.email import Email

_LATEST = timedelta(days=7)
"""A server gives up after five days at most (RFC 5321, 4.5.4.1)."""


@dataclass(frozen=True)
class Bounce:
    """sent_as: from the Message-ID of the email that came back. recipient: its « To », or whom the bounce
    names. Empty when neither is there: such a bounce makes no mailbox dead.
    """

    sent_as: UUID
    recipient: str
    failure: Failure


async def record_bounce(bounce: Bounce, now: datetime) -> bool:
    """False for one that says « for now », and for one that names no email of ours. A second one changes nothing."""
    if bounce.failure not in {*PERMANENT, Failure.POLICY}:
        return False
    async with transaction():
        rows = await _list_sent(bounce.sent_as, now)
        if not rows:
            return False
        values: dict[Any, Any] = {Email.state: "bounced", Email.failure: bounce.failure, Email.failed_at: now}
        await Email.update(values).where(Email.id.is_in([row["id"] for row in rows]))
        if bounce.failure in PERMANENT and _is_address_unchanged(rows[0], bounce.recipient):
            await mark_undelivered(rows[0]["person"], rows[0]["team"], bounce.failure, now, by_bounce=True)
    return True


async def _list_sent(sent_as: UUID, now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await Email.select(
        Email.id,
        Email.person,
        Email.team,
        Email.person.address.as_alias("address"),
        Email.team.shared_address.as_alias("shared_address"),
    ).where(Or(Email.id == sent_as, Email.sent_as == sent_as), Email.state == "sent", Email.sent_at > now - _LATEST)
    return rows


def _is_address_unchanged(row: dict[str, Any], recipient: str) -> bool:
    """An address that changed since the email left is not the one that brought it back."""
    return bool(recipient.lower() == (row["address"] or row["shared_address"]))
