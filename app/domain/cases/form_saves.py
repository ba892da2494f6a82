"""Two pages that save one form: the newer words are never overwritten, what the other page saved is kept beside them.

Source: issue 14, 11. Each page has a key and counts its saves. Its form also says on which save it was built (its
base): a page may replace what it has shown, and what it has saved itself. Everything else is kept beside, and shown.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from db.encryption import unseal
from db.tables import FormSave

Fields = tuple[tuple[str, str], ...]
"""What was typed: the name of each field and its value, in the order of the form."""
MESSAGE = "message"
_OFFERED = "montre"
"""The choices that a page offered. It is saved with those ticked, and makes no difference between two answers."""


@dataclass(frozen=True)
class Choice:
    """« Reprendre » or « Ne pas garder », and the version that the button names."""

    version: str
    taken: bool


@dataclass(frozen=True)
class Posted:
    """What a page sends. pressed: by a button, and not by the page's own autosave.

    Without a page (a form of the release before) it is accepted as it comes.
    """

    fields: Fields
    page: str = ""
    number: int = 0
    base: str = ""
    pressed: bool = True
    choice: Choice | None = None


@dataclass(frozen=True)
class Save:
    id: UUID
    page: str
    number: int
    main: bool
    content: str
    saved_at: datetime

    @property
    def version(self) -> str:
        return f"{self.page}.{self.number}"

    @cached_property
    def fields(self) -> Fields:
        """Empty when the save holds nothing any more. Raises UnreadableError."""
        return read_fields(unseal(FormSave.content, self.id, self.content))


class Decision(StrEnum):
    """WRITTEN: it replaces what is there. BESIDE: kept apart from what is there. SAME: already there, or blank.

    LATE: a save of the same page that comes after a newer one; nothing of it is kept.
    """

    WRITTEN = "written"
    BESIDE = "beside"
    SAME = "same"
    LATE = "late"


def read_fields(content: str) -> Fields:
    return tuple((name, value) for name, value in json.loads(content or "[]"))


def agree(one: Fields, other: Fields) -> bool:
    """Whether two pages give the same answers. Pure."""
    first, second = ([field for field in fields if field[0] != _OFFERED] for fields in (one, other))
    return first == second


def decide(saves: Sequence[Save], posted: Posted) -> Decision:
    """Pure; the same rule for a message and for a step of a draft."""
    own, main = of_page(saves, posted.page), main_of(saves)
    if own and not posted.pressed and posted.number <= own.number:
        return Decision.LATE
    if (
        posted.choice
        and main is not own
        and any(agree(one.fields, posted.fields) for one in saves if one is not own and one.content)
    ):
        return Decision.SAME
    if main is None or main is own or not posted.page or posted.base == main.version:
        return Decision.WRITTEN
    same = not posted.fields or agree(posted.fields, main.fields)
    return Decision.SAME if same else Decision.BESIDE


def of_page(saves: Sequence[Save], page: str) -> Save | None:
    return next((one for one in saves if one.page == page), None)


def main_of(saves: Sequence[Save]) -> Save | None:
    return next((one for one in saves if one.main), None)


def others(saves: Sequence[Save], page: str) -> list[Save]:
    """What the form of this page does not show: copies; and what is there, when the page's own save is a copy."""
    own = of_page(saves, page)
    apart = bool(own and own.content and not own.main)
    return [one for one in saves if one is not own and (apart if one.main else bool(one.content))]


def version_of(saves: Sequence[Save], page: str, base: str | None = None) -> str:
    """What a form carries: how many times its page has saved, then the version on which it is built.

    base: of a form that is shown again, what it carried; without it, the form shows what is there.
    """
    own, main = of_page(saves, page), main_of(saves)
    if base is None:
        base = main.version if main else ""
    return f"{own.number if own else 0}.{base}"
