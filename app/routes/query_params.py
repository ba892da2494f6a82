"""What an address asks for after its « ? »: anyone may type an address, and none breaks anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from app.domain.errors import Invalid
from app.domain.opaque_ids import Use, reveal
from app.domain.text_length import excess
from app.routes.forms import readable

Word = TypeVar("Word", bound=StrEnum)
LONGEST = 100
_FEWER = "revenez à la page précédente, et cherchez avec quelques mots"


@dataclass(frozen=True)
class Query:
    """What is unreadable or no choice of ours counts as not asked. A text too long to be looked for says so."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """Raises Invalid past 100 characters: cut, it would find something else."""
        typed = self.values.get(name, "").strip()
        if len(typed) > LONGEST:
            raise Invalid(**{name: excess(len(typed), LONGEST, _FEWER)})
        return typed if readable(typed) else ""

    def number(self, name: str, *, digits: int = 7) -> int | None:
        typed = self.values.get(name, "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= digits else None

    def hidden(self, use: Use, name: str) -> int | None:
        """A number that our pages show as app/domain/opaque_ids.py says."""
        return reveal(use, self.values.get(name, ""))

    def one_of(self, words: type[Word], name: str) -> Word | None:
        return one_of(words, self.values.get(name, ""))


def one_of(words: type[Word], typed: str) -> Word | None:
    return words(typed) if typed in list(words) else None


def address(**chosen: object) -> str:
    """The query that asks for these again: what is not chosen is not in it."""
    return urlencode({name: value for name, value in chosen.items() if value})
