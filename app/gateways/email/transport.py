"""Sends emails: by SMTP, or into the folder that the demonstration reads as a mailbox."""

import asyncio
import mailbox
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.domain.accounts.address import Mailbox
from app.settings import Settings
from db.private_files import make_folder

SMTP_TIMEOUT = 30.0
SUPPRESSED_RESPONSES = "DR, RN, NRN, OOF, AutoReply"
"""What Exchange must not answer. « All » would also keep back the bounces, which say that a mailbox is dead."""


class EmailTransport(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Returns once the email is accepted. Raises OSError or aiosmtplib.SMTPException otherwise."""


class SmtpTransport:
    """The URL is smtp://host:port, smtps:// for TLS from the start, or smtp+starttls:// to require STARTTLS."""

    def __init__(self, url: str, bounces_to: str = "") -> None:
        """bounces_to: where emails that cannot be delivered come back; empty for the sender."""
        self._parts, self._bounces_to = urlsplit(url), bounces_to or None

    async def send(self, message: EmailMessage) -> None:
        parts = self._parts
        await aiosmtplib.send(
            message,
            sender=self._bounces_to,
            recipients=[str(message["To"])],
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            start_tls=parts.scheme == "smtp+starttls",
            timeout=SMTP_TIMEOUT,
        )


@dataclass(frozen=True)
class DemoEmail:
    to: str
    subject: str
    text: str
    html: str
    sent_at: str


class FolderTransport:
    """Writes emails into a Maildir, which /demo/mails shows. They survive a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._add, bytes(message))

    def _add(self, raw: bytes) -> None:
        make_folder(self._folder.parent)
        mailbox.Maildir(self._folder).add(raw)

    async def read(self, to: str = "", limit: int | None = None) -> list[DemoEmail]:
        """Newest first. Without `limit` it returns all of them, so that a test can wait for a new one."""
        return await asyncio.to_thread(self._read, to.strip().lower(), limit)

    def _read(self, to: str, most: int | None) -> list[DemoEmail]:
        files = sorted(self._folder.glob("new/*"), key=_parse_maildir_order, reverse=True)
        found = []
        for file in files:
            letter = _parse_email(file)
            if not to or letter.to == to:
                found.append(letter)
            if len(found) == most:
                break
        return found


def _parse_maildir_order(file: Path) -> list[int]:
    """Seconds, microseconds, process and count of a Maildir file name. A file’s own time has steps of 4 ms."""
    return [int(number) for number in re.findall(r"\d+", file.name)[:4]]


@lru_cache(5_000)
def _parse_email(file: Path) -> DemoEmail:
    """Cached by file name: a file of a Maildir never changes."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return DemoEmail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=str(text.get_content()) if text else "",
        html=str(html.get_content()) if html else "",
        sent_at=parsedate_to_datetime(str(message["Date"])).astimezone(UTC).isoformat(),
    )


def build_email_transport(settings: Settings) -> EmailTransport:
    """SMTP where SMTP_URL is set, otherwise the demonstration’s folder."""
    if settings.smtp_url:
        return SmtpTransport(settings.smtp_url, settings.bounces.address)
    return FolderTransport(settings.var_folder / "courrier")


class UnfoldedHeader(str):
    """A header value that is never folded: a folded long address becomes encoded words, which no server decodes."""

    name: str

    def fold(self, *, policy: policy.EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class Subject(str):
    """Encoded as a whole: Python folds a long one before an accented word, and its space is then read twice."""

    name = "Subject"

    def fold(self, *, policy: policy.EmailPolicy) -> str:
        encoded = Header(self, "us-ascii" if self.isascii() else "utf-8", header_name=self.name)
        return f"{self.name}: {encoded.encode(linesep=policy.linesep)}{policy.linesep}"


class CachedHeaderRegistry(HeaderRegistry):
    """Makes the class of each header once. Python makes one each time a header is written, thirty for one email."""

    @cache  # noqa: B019  the one registry of this process
    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)


_POLICY = policy.SMTP.clone(header_factory=CachedHeaderRegistry())


def build_message(
    *,
    sender: str,
    to: Mailbox,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    sent_at: datetime,
    extra_headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """An email in plain text and HTML, marked as automatic (Auto-Submitted, RFC 3834; X-Auto-Response-Suppress).

    « To » is the address exactly as given: no header parser reads it, because such parsers accept comments, lists and
    groups.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["Subject"] = Subject(" ".join(subject.split()))
    message["Date"] = sent_at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = SUPPRESSED_RESPONSES
    for name, value in {"To": to, **(extra_headers or {})}.items():
        whole = UnfoldedHeader(value)
        whole.name = name
        message[name] = whole
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
