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

from db.encryption import decrypt
from db.tables import FormSave

Fields = tuple[tuple[str, str], ...]
"""What was typed: the name of each field and its value, in the order of the form."""
MESSAGE_PLACE = "message"
_OFFERED_FIELD = "montre"
"""The choices that a page offered. It is saved with those ticked, and makes no difference between two answers."""


@dataclass(frozen=True)
class Choice:
    """« Reprendre » or « Ne pas garder », and the version that the button names."""

    version: str
    restore: bool


@dataclass(frozen=True)
class PostedForm:
    """What a page sends. pressed: by a button, and not by the page's own autosave.

    Without a page (a form of the release before) it is accepted as it comes.
    """

    fields: Fields
    page: str = ""
    number: int = 0
    base: str = ""
    by_button: bool = True
    choice: Choice | None = None


@dataclass(frozen=True)
class SavedForm:
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
        return decode_fields(decrypt(FormSave.content, self.id, self.content))


class SaveDecision(StrEnum):
    """WRITTEN: it replaces what is there. BESIDE: kept apart from what is there. SAME: already there, or blank.

    LATE: a save of the same page that comes after a newer one; nothing of it is kept.
    """

    REPLACE = "written"
    COPY = "beside"
    UNCHANGED = "same"
    STALE = "late"


def decode_fields(content: str) -> Fields:
    return tuple((name, value) for name, value in json.loads(content or "[]"))


def has_same_answers(first: Fields, second: Fields) -> bool:
    """Whether two pages give the same answers. Pure."""
    own_answers, other_answers = (
        [field for field in fields if field[0] != _OFFERED_FIELD] for fields in (first, second)
    )
    return own_answers == other_answers


def decide_save(saves: Sequence[SavedForm], posted: PostedForm) -> SaveDecision:
    """Pure; the same rule for a message and for a step of a draft."""
    own, main = find_page_save(saves, posted.page), find_main_save(saves)
    if own and not posted.by_button and posted.number <= own.number:
        return SaveDecision.STALE
    if (
        posted.choice
        and main is not own
        and any(has_same_answers(one.fields, posted.fields) for one in saves if one is not own and one.content)
    ):
        return SaveDecision.UNCHANGED
    if main is None or main is own or not posted.page or posted.base == main.version:
        return SaveDecision.REPLACE
    same = not posted.fields or has_same_answers(posted.fields, main.fields)
    return SaveDecision.UNCHANGED if same else SaveDecision.COPY


def find_page_save(saves: Sequence[SavedForm], page: str) -> SavedForm | None:
    return next((one for one in saves if one.page == page), None)


def find_main_save(saves: Sequence[SavedForm]) -> SavedForm | None:
    return next((one for one in saves if one.main), None)


def list_other_saves(saves: Sequence[SavedForm], page: str) -> list[SavedForm]:
    """What the form of this page does not show: copies; and what is there, when the page's own save is a copy."""
    own = find_page_save(saves, page)
    apart = bool(own and own.content and not own.main)
    return [one for one in saves if one is not own and (apart if one.main else bool(one.content))]


def format_version(saves: Sequence[SavedForm], page: str, base: str | None = None) -> str:
    """What a form carries: how many times its page has saved, then the version on which it is built.

    base: of a form that is shown again, what it carried; without it, the form shows what is there.
    """
    own, main = find_page_save(saves, page), find_main_save(saves)
    if base is None:
        base = main.version if main else ""
    return f"{own.number if own else 0}.{base}"
