"""How long logins leave a trace: addresses that asked for a link, sessions that have ended.

| what                                                | deleted after                           |
|-----------------------------------------------------|-----------------------------------------|
| a login link, used or not                           | 30 days: its page can still renew it    |
| a session                                           | its end, or a new SECRET_KEY            |
| an address change, done or not                      | 7 days after its end: its emails leave  |
| a login that waits for a factor, or for ProConnect  | ten minutes                             |
| counts of what visitors tried                       | 30 days                                 |
| the state of a rate limit                           | a day after nothing of it is used up    |
"""

from datetime import datetime, timedelta

from piccolo.columns.combination import Or

from app.domain.audit.attempt_counts import delete_old_counts
from app.domain.authentication.sessions import IDLE_TIMEOUT
from app.domain.rate_limit import delete_unused_rate_limits
from app.domain.tokens import compute_key_fingerprint
from db.engine import transaction
from db.tables.address_changes import AddressChange
from db.tables.login import LoginLink, PendingLogin
from db.tables.proconnect import ProviderLogin
from db.tables.sessions import Session

RETENTION = timedelta(days=30)
CHANGE_RETENTION = timedelta(days=7)


async def delete_old_logins(now: datetime) -> int:
    """Returns the number of deleted rows. Emails of deleted links go with them."""
    idle = Session.remember.eq(False) & (Session.seen_at <= now - IDLE_TIMEOUT)
    of_another_key = Session.token_hash.not_like(f"{compute_key_fingerprint()}%")
    async with transaction():
        gone = [
            *await LoginLink.delete().where(LoginLink.created_at <= now - RETENTION).returning(LoginLink.id),
            *await Session.delete().where((Session.ends_at <= now) | idle | of_another_key).returning(Session.id),
            *await AddressChange.delete().where(_is_over(now - CHANGE_RETENTION)).returning(AddressChange.id),
            *await PendingLogin.delete().where(PendingLogin.expires_at <= now).returning(PendingLogin.id),
            *await ProviderLogin.delete().where(ProviderLogin.expires_at <= now).returning(ProviderLogin.id),
        ]
    return len(gone) + await delete_old_counts(now) + await delete_unused_rate_limits(now)


def _is_over(since: datetime) -> Or:
    return Or(AddressChange.expires_at <= since, AddressChange.done_at <= since)
