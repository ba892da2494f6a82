"""A posted form, read once: what is missing, too long or unreadable is said in French before any rule runs.

SQLite forgives what PostgreSQL refuses (lengths, NUL); both must answer the same. Source: security.md 0.6.
"""

import contextlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.types import Receive

from app.domain.errors import Invalid
from app.domain.text_length import format_length_error

_UNREADABLE_CHARACTERS = re.compile("[\0\ud800-\udfff]")
MAX_FORM_BYTES = 512 * 1024
"""Bytes: what a form may weigh, files apart; the default of every route. 53,300 characters of French weigh 94,000."""
MAX_FIELDS = 1000
"""Of one form, with files or not: « & » alone take five times as long to read as text of the same weight."""
FORMER_NAMES = {"mails": "lettres", "sms": "texto"}
"""Fields that pages opened before the release of 2026-11-27 send by their former name. Goes with the next release."""


@dataclass(frozen=True)
class Form:
    """What was typed. Line ends are « \\n », blanks around are removed."""

    data: FormMultiDict

    def read_text(self, name: str, *, max_length: int = 200, advice: str = "") -> str:
        """The field as one text, empty if absent. Raises Invalid past `most` characters or on an unreadable one.

        advice: what to do with a text that is too long, in the place of its limit.
        """
        value = self._sent(name).replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(value) > max_length:
            raise Invalid(**{name: format_length_error(len(value), max_length, advice)})
        if not is_readable(value):
            raise Invalid(**{name: "Ce texte contient un caractère illisible. Effacez-le et saisissez-le de nouveau."})
        return value

    def read_texts(self, name: str) -> list[str]:
        return [value for value in self.data.getall(name, []) if isinstance(value, str) and is_readable(value)]

    def read_numbers(self, name: str) -> list[int]:
        """The chosen ids, each apart or with blanks between; what is no id of ours is ignored."""
        parts = [part for value in self.read_texts(name) for part in value.split()]
        return [int(part) for part in parts if part.isdecimal() and part.isascii() and len(part) < 10]

    def read_number(self, name: str) -> int | None:
        """The chosen id, if any."""
        return next(iter(self.read_numbers(name)), None)

    def read_uuids(self, name: str) -> list[UUID]:
        """The chosen ids; what is no id is ignored."""
        found = []
        for value in self.read_texts(name):
            with contextlib.suppress(ValueError):
                found.append(UUID(value))
        return found

    def read_files(self, name: str) -> list[UploadFile]:
        return [value for value in self.data.getall(name, []) if isinstance(value, UploadFile)]

    def has_field(self, name: str) -> bool:
        return name in self.data

    def read_uuid(self, name: str) -> UUID:
        """The id made with the form, so that a repeated post counts once; a post without one gets its own."""
        try:
            return UUID(self.read_text(name))
        except (ValueError, Invalid):
            return uuid4()

    def read_valid_texts(self, limits: dict[str, int]) -> tuple[dict[str, str], dict[str, str]]:
        """The fields that can be kept, and what is wrong with the others: one bad field loses no other."""
        values, errors = {}, {}
        for name, most in limits.items():
            try:
                values[name] = self.read_text(name, max_length=most)
            except Invalid as refused:
                errors.update(refused.fields)
        return values, errors

    def read_as_typed(self, name: str) -> str:
        """For showing back what was typed, whatever it was."""
        return remove_unreadable(self._sent(name))

    def _sent(self, name: str) -> str:
        return str(self.data.get(name) or self.data.get(FORMER_NAMES.get(name, name)) or "")


def is_readable(text: str) -> bool:
    """No NUL (PostgreSQL refuses it) and no lone surrogate (UTF-8 has none)."""
    return _UNREADABLE_CHARACTERS.search(text) is None


def remove_unreadable(text: str) -> str:
    return _UNREADABLE_CHARACTERS.sub("", text)


async def read_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Text alone is parsed in one go: past PLAIN it would hold everybody up. Only multipart goes by pieces.

    Raises ClientException: 413 when heavier, 400 when it cannot be read. Source: security.md 0.3.
    """
    multipart = request.content_type[0] == RequestEncodingType.MULTI_PART
    if not multipart and _read_content_length(request) > MAX_FORM_BYTES:
        raise ClientException(status_code=413)
    try:
        return await request.form() if multipart else await _read_url_encoded(request)
    except (ValueError, LookupError) as unreadable:  # an unknown charset, bytes that are not of the one it names
        raise ClientException from unreadable


def is_heavy(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Heavier than a form without files, or of a weight that it does not say."""
    return _read_content_length(connection) > MAX_FORM_BYTES


async def read_form_start(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The words of a refused form, to be given back: of a heavy one its first PLAIN bytes alone, where they are.

    A form that was read by then is given whole. Raises as read_form does.
    """
    multipart = request.content_type[0] == RequestEncodingType.MULTI_PART
    return await read_form(Request(request.scope, receive=_truncate_body(request)) if multipart else request)


def _truncate_body(request: Request[Any, Any, Any]) -> Receive:
    left, end = MAX_FORM_BYTES, f"\r\n--{request.content_type[1].get('boundary', '')}--\r\n".encode("latin-1")

    async def receive() -> Any:
        nonlocal left
        event: Any = await request.receive()
        left -= len(event.get("body", b""))
        return event if left > 0 else {**event, "body": event["body"] + end, "more_body": False}

    return receive


async def _read_url_encoded(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Not by Litestar, which keeps the last 1,024 bodies in memory, passwords included. Raises ValueError."""
    if request.content_type[0] != RequestEncodingType.URL_ENCODED:
        return FormMultiDict()
    body = (await request.body()).decode("latin-1")
    return FormMultiDict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))


def _read_content_length(connection: ASGIConnection[Any, Any, Any, Any]) -> int:
    """A body that does not say its length is as heavy as can be; no browser sends a form so."""
    length = connection.headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else MAX_FORM_BYTES + 1


async def provide_form(request: Request[Any, Any, Any]) -> Form:
    """The form that app.routes.middleware.csrf.check_request has read and whose token it has checked."""
    return Form(request.state.form)
