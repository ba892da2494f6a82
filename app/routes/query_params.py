"""The query parameters of an address. An invalid value never causes an error page of the server."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from app.domain.errors import Invalid
from app.domain.opaque_ids import IdPurpose, decode_id
from app.domain.search.typed_words import clean_typed_words
from app.domain.text_length import format_length_error
from app.routes.forms import is_readable

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)
MAX_LENGTH = 100
_SHORTER_ADVICE = "revenez à la page précédente, et cherchez avec quelques mots"


@dataclass(frozen=True)
class QueryParams:
    """Unreadable values and unknown choices count as absent. A text that is too long is refused."""

    values: Mapping[str, str]

    def read_text(self, name: str) -> str:
        """Without what nothing shows, which a paste brings.

        Raises Invalid above MAX_LENGTH characters: a shortened text would find something else.
        """
        typed = clean_typed_words(self.values.get(name, ""))
        if len(typed) > MAX_LENGTH:
            raise Invalid(**{name: format_length_error(len(typed), MAX_LENGTH, _SHORTER_ADVICE)})
        return typed if is_readable(typed) else ""

    def read_number(self, name: str, *, digits: int = 7) -> int | None:
        typed = self.values.get(name, "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= digits else None

    def read_uuid(self, name: str) -> UUID | None:
        with contextlib.suppress(ValueError):
            return UUID(self.values.get(name, ""))
        return None

    def read_opaque_id(self, use: IdPurpose, name: str) -> int | None:
        """None when it is absent or cannot be decoded (app/domain/opaque_ids.py)."""
        return decode_id(use, self.values.get(name, ""))

    def read_choice(self, words: type[ChoiceT], name: str) -> ChoiceT | None:
        return find_choice(words, self.values.get(name, ""))


def find_choice(words: type[ChoiceT], typed: str) -> ChoiceT | None:
    return words(typed) if typed in list(words) else None


def encode_query(**chosen: object) -> str:
    """The query string of the parameters that are not empty."""
    return urlencode({name: value for name, value in chosen.items() if value})
