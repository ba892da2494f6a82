"""Reads a bounce: a delivery report (RFC 3464), or the older form of Exim, with X-Failed-Recipients.

The input is hostile: any person may write to the mailbox. Nothing of it is shown, stored or logged.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from uuid import UUID

from app.domain.email.bounces import Bounce
from app.domain.email.failure import Failure, find_status_failure

_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^<>@\s]{1,253})>")
_QUOTED_MESSAGE_ID = re.compile(rf"^Message-ID:\s*{_MESSAGE_ID.pattern}", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b(5\.\d{1,3}\.\d{1,3})\b(.*)")
_MOST_PARTS = 20
_RECIPIENT_FIELDS = ("X-Failed-Recipients", "Original-Recipient", "Final-Recipient")


def parse_bounce(raw: bytes, domain: str) -> Bounce | None:
    """None for any other email: an automatic answer, a person who writes. domain: the one of our Message-IDs."""
    parts = list(_walk(message_from_bytes(raw)))
    failure = _find_reported_failure(parts) or _find_failure_of_exim(parts)
    found = _find_original(parts)
    if failure is None or found is None or found[1] != domain:
        return None
    return Bounce(UUID(found[0]), found[2] or _find_failed_recipient(parts), failure)


def _walk(message: Message) -> Iterator[Message]:
    for at, part in enumerate(message.walk()):
        if at == _MOST_PARTS:
            return
        yield part


def _find_reported_failure(parts: list[Message]) -> Failure | None:
    """Of the first recipient whose delivery failed; our emails have one. « delayed » is no failure."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            for block in part.get_payload():
                if isinstance(block, Message) and _read(block, "Action").lower() == "failed":
                    status = _read(block, "Status").partition(" ")[0]
                    return find_status_failure(status, _read(block, "Diagnostic-Code"))
    return None


def _find_failure_of_exim(parts: list[Message]) -> Failure | None:
    if not parts or not parts[0]["X-Failed-Recipients"]:
        return None
    status = _STATUS.search(_read_text(parts))
    return find_status_failure(status[1], status[2]) if status else Failure.MAILBOX


def _find_failed_recipient(parts: list[Message]) -> str:
    """Whom the bounce names, « rfc822; » apart. Another address than ours where the recipient forwards emails."""
    named = (_read(part, name) for name in _RECIPIENT_FIELDS for part in parts)
    return next((one.rpartition(";")[2].strip(" <>") for one in named if one), "")


def _find_original(parts: list[Message]) -> tuple[str, str, str] | None:
    """(id, domain, « To ») of the email that came back: joined whole, or its headers, or quoted in the text."""
    for part in parts:
        original = _find_joined(part)
        if original and (named := _MESSAGE_ID.fullmatch(_read(original, "Message-ID"))):
            return named[1], named[2], _read(original, "To")
    quoted = _QUOTED_MESSAGE_ID.search(_read_text(parts))
    return (quoted[1], quoted[2], "") if quoted else None


def _find_joined(part: Message) -> Message | None:
    if part.get_content_type() == "text/rfc822-headers":
        return message_from_string(_read_payload(part))
    joined = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(joined, list) and joined:
        return joined[0] if isinstance(joined[0], Message) else None
    return None


def _read_text(parts: list[Message]) -> str:
    return "\n".join(_read_payload(part) for part in parts if part.get_content_type() == "text/plain")


def _read_payload(part: Message) -> str:
    body = part.get_payload(decode=True)
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else ""


def _read(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()
