"""What nobody answered, and what is over, is not kept: names and addresses of people who have no account.

| what                                     | gone after                                        |
|------------------------------------------|---------------------------------------------------|
| a request for an account, whatever came  | 60 days: they may ask again                       |
| an invitation, used or not               | 60 days after its last day                        |
"""

from datetime import datetime, timedelta

from db.engine import transaction
from db.tables import Invitation, Signup

RETENTION = timedelta(days=60)


async def delete_old_signups(now: datetime) -> int:
    """How many rows went, with the letters that told of them."""
    async with transaction():
        requests = await Signup.delete().where(Signup.asked_at <= now - RETENTION).returning(Signup.id)
        invitations = await Invitation.delete().where(Invitation.expires_at <= now - RETENTION).returning(Invitation.id)
    return len(requests) + len(invitations)
