"""Deletes old requests and invitations: they hold names and addresses of people who have no account.

| what                                      | deleted after                     |
|-------------------------------------------|-----------------------------------|
| a request for an account, answered or not | 60 days: the person may ask again |
| an invitation, used or not                | 60 days after it expires          |
"""

from datetime import datetime, timedelta

from db.engine import transaction
from db.tables.members import Invitation
from db.tables.signup import Signup

RETENTION = timedelta(days=60)


async def delete_old_signups(now: datetime) -> int:
    """Returns the number of deleted rows. Their emails go with them."""
    async with transaction():
        requests = await Signup.delete().where(Signup.asked_at <= now - RETENTION).returning(Signup.id)
        invitations = await Invitation.delete().where(Invitation.expires_at <= now - RETENTION).returning(Invitation.id)
    return len(requests) + len(invitations)
