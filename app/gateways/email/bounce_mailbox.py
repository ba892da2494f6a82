"""Reads bounces in a mailbox, by IMAP, and marks them as seen. It deletes nothing.

The mailbox may receive what any person writes: the number of emails of one run, their size and the time are limited.
"""

import asyncio
import imaplib
import logging
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

from app.domain.email.bounces import Bounce, record_bounce
from app.domain.operations.jobs import RecurringJob
from app.gateways.email.bounce_parser import parse_bounce
from app.settings import Settings

log = logging.getLogger("aplus.email")
IMAP_TIMEOUT = 20.0
_MOST_EMAILS, _MOST_BYTES = 100, 128 * 1024


def list_bounce_jobs(settings: Settings) -> list[RecurringJob]:
    """None where no mailbox of bounces is set."""
    if not settings.bounces.url:
        return []
    domain = settings.mail_from.rpartition("@")[2]
    return [RecurringJob("bounces", timedelta(minutes=5), partial(read_bounces, settings.bounces.url, domain))]


async def read_bounces(url: str, domain: str, now: datetime) -> int:
    """url: BOUNCES_URL. Returns how many bounces concerned an email of ours."""
    found = await asyncio.to_thread(_fetch_unseen, url)
    bounces = [bounce for _, raw in found if (bounce := _parse(raw, domain))]
    recorded = sum([await record_bounce(bounce, now) for bounce in bounces])
    if found:
        await asyncio.to_thread(_mark_seen, url, [uid for uid, _ in found])
        log.info("%s emails read in the mailbox of bounces, %s of them about emails of ours", len(found), recorded)
    return recorded


def _parse(raw: bytes, domain: str) -> Bounce | None:
    """One that the standard library cannot read is left aside: it must not hold up the others."""
    try:
        return parse_bounce(raw, domain)
    except Exception as unreadable:
        log.warning("an email of the mailbox of bounces cannot be read: %s", type(unreadable).__name__)
        return None


@contextmanager
def _open_mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    """Raises OSError or imaplib.IMAP4.error."""
    parts = urlsplit(url)
    client = (
        imaplib.IMAP4_SSL(
            parts.hostname or "",
            parts.port or 993,
            ssl_context=ssl.create_default_context(),
            timeout=IMAP_TIMEOUT,
        )
        if parts.scheme == "imaps"
        else imaplib.IMAP4(parts.hostname or "", parts.port or 143, timeout=IMAP_TIMEOUT)
    )
    try:
        client.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, _ = client.select(_quote(unquote(parts.path.strip("/")) or "INBOX"))
        if status != "OK":
            raise imaplib.IMAP4.error("no such folder")
        yield client
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


def _quote(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fetch_unseen(url: str) -> list[tuple[bytes, bytes]]:
    """The number and the first bytes of each. Longer ones are cut: what says why they came back is at their start."""
    with _open_mailbox(url) as client:
        _, answer = client.uid("SEARCH", "UNSEEN")
        uids = (answer[0] or b"").split()[:_MOST_EMAILS]
        return [(uid, raw) for uid in uids if (raw := _fetch(client, uid)) is not None]


def _fetch(client: imaplib.IMAP4, uid: bytes) -> bytes | None:
    _, answer = client.uid("FETCH", uid.decode("ascii"), f"(BODY.PEEK[]<0.{_MOST_BYTES}>)")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _mark_seen(url: str, uids: Sequence[bytes]) -> None:
    with _open_mailbox(url) as client:
        client.uid("STORE", b",".join(uids).decode("ascii"), "+FLAGS.SILENT", "(\\Seen)")
