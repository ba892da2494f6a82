"""A posted form. Missing, too long or unreadable values are refused in French before any rule runs.

SQLite accepts what PostgreSQL refuses (lengths, NUL), and both must answer the same. Source: security.md 0.6.
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
"""Limit of a form without files, and default of every route. 53,300 characters of French are 94,000 bytes."""
MAX_FIELDS = 1000
"""Limit for one form: many empty fields take five times as long to parse as one text of the same size."""
FORMER_NAMES = {"mails": "lettres", "sms": "texto"}
"""Field -> its former name, sent by pages opened before the release of 2026-11-27. To be removed in the next release.
"""


@dataclass(frozen=True)
class Form:
    """The posted values. Line ends become « \\n », and surrounding blanks are removed."""

    data: FormMultiDict

    def read_text(self, name: str, *, max_length: int = 200, advice: str = "") -> str:
        """Empty when the field is absent. Raises Invalid above max_length characters, or on an unreadable one.

        advice says what to do with a text that is too long. It replaces the limit in the message.
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
        """Ids that are posted one by one or separated by blanks. Other values are ignored."""
        parts = [part for value in self.read_texts(name) for part in value.split()]
        return [int(part) for part in parts if part.isdecimal() and part.isascii() and len(part) < 10]

    def read_number(self, name: str) -> int | None:
        return next(iter(self.read_numbers(name)), None)

    def read_uuids(self, name: str) -> list[UUID]:
        """Values that are not UUIDs are ignored."""
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
        """The id made with the form, so that a repeated post counts once. A new id when it is absent or invalid."""
        try:
            return UUID(self.read_text(name))
        except (ValueError, Invalid):
            return uuid4()

    def read_valid_texts(self, limits: dict[str, int]) -> tuple[dict[str, str], dict[str, str]]:
        """The valid texts, and an error for each other field: one invalid field does not lose the rest."""
        values, errors = {}, {}
        for name, most in limits.items():
            try:
                values[name] = self.read_text(name, max_length=most)
            except Invalid as refused:
                errors.update(refused.fields)
        return values, errors

    def read_as_typed(self, name: str) -> str:
        """The value to show again, of any length, without unreadable characters."""
        return remove_unreadable(self._sent(name))

    def _sent(self, name: str) -> str:
        return str(self.data.get(name) or self.data.get(FORMER_NAMES.get(name, name)) or "")


def is_readable(text: str) -> bool:
    """False with a NUL, which PostgreSQL refuses, or a lone surrogate, which UTF-8 cannot encode."""
    return _UNREADABLE_CHARACTERS.search(text) is None


def remove_unreadable(text: str) -> str:
    return _UNREADABLE_CHARACTERS.sub("", text)


async def read_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """A form without files is parsed at once, so above MAX_FORM_BYTES it would block other requests.

    Raises ClientException: 413 when it is too large, 400 when it cannot be parsed. Source: security.md 0.3.
    """
    multipart = request.content_type[0] == RequestEncodingType.MULTI_PART
    if not multipart and _read_content_length(request) > MAX_FORM_BYTES:
        raise ClientException(status_code=413)
    try:
        return await request.form() if multipart else await _read_url_encoded(request)
    except (ValueError, LookupError) as unreadable:  # an unknown charset, or bytes that are invalid in it
        raise ClientException from unreadable


def is_heavy(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """True above MAX_FORM_BYTES, and when the length is not given."""
    return _read_content_length(connection) > MAX_FORM_BYTES


async def read_form_start(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The values of a refused form, to be shown again: only the first MAX_FORM_BYTES bytes when it has files.

    A form that was already parsed is returned whole. Raises what read_form raises.
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
    """Litestar's own parser is not used: it caches the last 1,024 bodies, with their passwords. Raises ValueError."""
    if request.content_type[0] != RequestEncodingType.URL_ENCODED:
        return FormMultiDict()
    body = (await request.body()).decode("latin-1")
    return FormMultiDict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))


def _read_content_length(connection: ASGIConnection[Any, Any, Any, Any]) -> int:
    """A body without a length counts as too large. Browsers always send the length of a form."""
    length = connection.headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else MAX_FORM_BYTES + 1


async def provide_form(request: Request[Any, Any, Any]) -> Form:
    """The form that app.routes.middleware.csrf.check_request has read, after its token was checked."""
    return Form(request.state.form)
