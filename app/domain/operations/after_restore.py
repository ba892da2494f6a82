"""Cleans up a database that was restored from a backup: nothing of that past day may act by itself.

Its sessions, login links, invitations and changes of addresses open nothing. Its waiting emails are held, because they
may have been sent since. Source: security.md 4.11, T61.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.audit.log import write_audit
from app.domain.cases.mandate.sms_thread import SmsState
from db.engine import transaction
from db.tables.address_changes import AddressChange
from db.tables.email import Email
from db.tables.login import LoginLink, PendingLogin
from db.tables.members import Invitation
from db.tables.proconnect import ProviderLogin
from db.tables.sessions import Session
from db.tables.sms import Sms


@dataclass(frozen=True)
class RestoreCleanup:
    sessions: int
    login_links: int
    invitations: int
    emails: int
    sms: int


async def clean_up_after_restore(now: datetime) -> RestoreCleanup:
    """All in one transaction. A second time finds nothing to do."""
    async with transaction():
        done = RestoreCleanup(
            sessions=len(await Session.delete(force=True).returning(Session.id)),
            login_links=await _delete_logins(),
            invitations=await _cancel_invitations(now),
            emails=await _hold_emails(),
            sms=await _cancel_waiting_sms(),
        )
        await write_audit("platform.restored", now=now)
    return done


async def _delete_logins() -> int:
    """Pending logins and changes of addresses too: no link and no browser of that day may finish what it began."""
    await PendingLogin.delete(force=True)
    await ProviderLogin.delete(force=True)
    await AddressChange.delete().where(AddressChange.done_at.is_null())
    return len(await LoginLink.delete(force=True).returning(LoginLink.id))


async def _cancel_invitations(now: datetime) -> int:
    """A manager of the team can send the invitation again."""
    still_open = (Invitation.used_at.is_null(), Invitation.expires_at > now)
    return len(await Invitation.update({Invitation.expires_at: now}).where(*still_open).returning(Invitation.id))


async def _hold_emails() -> int:
    return len(await Email.update({Email.state: "held"}).where(Email.state == "waiting").returning(Email.id))


async def _cancel_waiting_sms() -> int:
    """A citizen must not be asked twice. The page shows that the SMS failed, and the agent can send it again."""
    waiting = Sms.update({Sms.state: SmsState.FAILED}).where(Sms.state == SmsState.WAITING)
    return len(await waiting.returning(Sms.id))


@dataclass(frozen=True)
class HeldEmails:
    """`first` and `last` are the times at which the first and the last held emails were written."""

    count: int
    first: datetime | None = None
    last: datetime | None = None


async def load_held_emails() -> HeldEmails:
    rows = await Email.select(Email.written_at).where(Email.state == "held").order_by(Email.written_at)
    return HeldEmails(len(rows), rows[0]["written_at"], rows[-1]["written_at"]) if rows else HeldEmails(0)


async def release_held_emails(now: datetime) -> int:
    """They leave if they are still valid. Returns their number."""
    return await _update_held_emails({Email.state: "waiting"}, "letters.released", now)


async def cancel_held_emails(now: datetime) -> int:
    """They never leave. Returns their number."""
    return await _update_held_emails({Email.state: "cancelled", Email.sent_at: now}, "letters.dropped", now)


async def _update_held_emails(values: dict[Any, Any], action: str, now: datetime) -> int:
    async with transaction():
        settled = await Email.update(values).where(Email.state == "held").returning(Email.id)
        if settled:
            await write_audit(action, now=now)
    return len(settled)
