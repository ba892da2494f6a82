"""What the doors keep no longer: addresses that asked for a link, whoever they belong to, and sessions that have ended.

| what                                          | gone after                              |
|-----------------------------------------------|-----------------------------------------|
| a link that was asked for, used or not        | 30 days: its page can still renew it    |
| a session                                     | its last moment, or another SECRET_KEY  |
| a login without its second factor, a visit    | their ten minutes                       |
| counts of what strangers tried                | 30 days                                 |
| what is used up of a limit                    | a day after nothing of it is            |
"""

from datetime import datetime, timedelta

from app.domain.audit.attempt_counts import forget_counts
from app.domain.authentication.sessions import IDLE
from app.domain.rate_limit import forget_used_up
from app.domain.tokens import key_mark
from db.engine import transaction
from db.tables import LoginRequest, PendingLogin, ProviderVisit, Session

KEPT = timedelta(days=30)


async def forget_old_logins(now: datetime) -> int:
    """How many rows went, links with the letters that carried them."""
    idle = Session.remember.eq(False) & (Session.seen_at <= now - IDLE)
    of_another_key = Session.token_hash.not_like(f"{key_mark()}%")
    async with transaction():
        gone = [
            *await LoginRequest.delete().where(LoginRequest.created_at <= now - KEPT).returning(LoginRequest.id),
            *await Session.delete().where((Session.ends_at <= now) | idle | of_another_key).returning(Session.id),
            *await PendingLogin.delete().where(PendingLogin.expires_at <= now).returning(PendingLogin.id),
            *await ProviderVisit.delete().where(ProviderVisit.expires_at <= now).returning(ProviderVisit.id),
        ]
    return len(gone) + await forget_counts(now) + await forget_used_up(now)
