"""The email to a person whose account is closed: the only one that leaves for such an account."""

from typing import Any

from app.domain.email.outbox import ClaimedEmail
from app.domain.members.closed_account_notice import ClosedAccountNotice, load_closed_account_notice
from app.gateways.email.contents import EmailContents


async def build_closed_email(claim: ClaimedEmail) -> EmailContents | None:
    """Returns None when the account is open again."""
    closed = await load_closed_account_notice(claim.person_id)
    if closed is None:
        return None
    return EmailContents(closed.address, build_closed_values(closed), frozenset(item.id for item in claim.items))


def build_closed_values(closed: ClosedAccountNotice) -> dict[str, Any]:
    return {"keepers": closed.keepers, "continues_at": closed.continues_at}
