"""The rule for two pages that save one form: newer text is never overwritten, and other text is kept as a copy.

Each page has a key and counts its saves. Its form also names the save that it was built on (its base). A page may
replace what it has shown and what it has saved itself. Any other save becomes a copy, and is offered to the person.
Source: issue 14, 11.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from db.encryption import decrypt
from db.tables.drafts import FormSave

Fields = tuple[tuple[str, str], ...]
"""(name, value) of each field, in the order of the form."""
MESSAGE_PLACE = "message"
_OFFERED_FIELD = "montre"
"""Lists the choices that a page offered. It is saved with the ticked ones; has_same_answers ignores it."""


@dataclass(frozen=True)
class Choice:
    """« Reprendre » (restore) or « Ne pas garder », for the version that the button names."""

    version: str
    restore: bool


@dataclass(frozen=True)
class PostedForm:
    """What a page sends. by_button is false for the page's own autosave.

    A form of an earlier release has no page: it always replaces the current save.
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
        """Empty if the save was emptied. Raises UnreadableError."""
        return decode_fields(decrypt(FormSave.content, self.id, self.content))


class SaveDecision(StrEnum):
    """REPLACE: the save becomes the current one. COPY: it is kept beside the current one. UNCHANGED: it adds nothing.

    STALE: the same page has already sent a newer save; nothing of this one is kept.
    """

    REPLACE = "written"
    COPY = "beside"
    UNCHANGED = "same"
    STALE = "late"


def decode_fields(content: str) -> Fields:
    return tuple((name, value) for name, value in json.loads(content or "[]"))


def has_same_answers(first: Fields, second: Fields) -> bool:
    own_answers, other_answers = (
        [field for field in fields if field[0] != _OFFERED_FIELD] for fields in (first, second)
    )
    return own_answers == other_answers


def decide_save(saves: Sequence[SavedForm], posted: PostedForm) -> SaveDecision:
    """Pure. The rule is the same for a message and for a step of a draft."""
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
    """The copies of other pages; and the current save, if this page's own save is a copy."""
    own = find_page_save(saves, page)
    apart = bool(own and own.content and not own.main)
    return [one for one in saves if one is not own and (apart if one.main else bool(one.content))]


def format_version(saves: Sequence[SavedForm], page: str, base: str | None = None) -> str:
    """The « version » field of a form: the number of saves of its page, a dot, then its base.

    base is given for a form that is shown again; without it, the form shows the current save.
    """
    own, main = find_page_save(saves, page), find_main_save(saves)
    if base is None:
        base = main.version if main else ""
    return f"{own.number if own else 0}.{base}"
