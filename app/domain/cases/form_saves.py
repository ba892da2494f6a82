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
from typing import Any
from uuid import UUID, uuid4

from db.tables import FormSave
from db.together import Asked, Question, Row, alone, moment
from db.vault import seal, unseal

Fields = tuple[tuple[str, str], ...]
"""What was typed: the name of each field and its value, in the order of the form."""
MESSAGE = "message"


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


def decide(saves: Sequence[Save], posted: Posted) -> Decision:
    """Pure; the same rule for a message and for a step of a draft."""
    own, main = of_page(saves, posted.page), main_of(saves)
    if own and not posted.pressed and posted.number <= own.number:
        return Decision.LATE
    if (
        posted.choice
        and main is not own
        and any(one.fields == posted.fields for one in saves if one is not own and one.content)
    ):
        return Decision.SAME
    if main is None or main is own or not posted.page or posted.base == main.version:
        return Decision.WRITTEN
    return Decision.SAME if posted.fields in ((), main.fields) else Decision.BESIDE


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


_SAVES = Question(
    {
        "id": "s.id",
        "page": "s.page",
        "number": "s.number",
        "main": "s.main",
        "content": "s.content",
        "saved_at": "s.saved_at",
    },
    'form_save s WHERE s."case" = {} AND s.place = {} AND s.person = {} ORDER BY s.saved_at',
    {"id": UUID, "main": bool, "saved_at": moment},
)
_THERE = """EXISTS (SELECT 1 FROM message_draft d WHERE d."case" = s."case" AND d.person = s.person)"""
_OF_MESSAGES = Question(
    {
        **_SAVES.columns,
        "main": f"s.main AND {_THERE}",
        "content": f"CASE WHEN s.main AND NOT {_THERE} THEN '' ELSE s.content END",
    },
    _SAVES.source,
    _SAVES.read,
)
"""What was kept of a message that was emptied by the release before holds nothing more."""


def asked(case_id: UUID, place: str, person_id: int) -> Asked:
    return (_OF_MESSAGES if place == MESSAGE else _SAVES).about(case_id, place, person_id)


def saves_from(rows: list[Row]) -> list[Save]:
    """The oldest first."""
    return sorted((Save(**row) for row in rows), key=lambda one: one.saved_at)


async def saves_of(case_id: UUID, place: str, person_id: int) -> list[Save]:
    return saves_from(await alone(asked(case_id, place, person_id)))


async def record(
    case_id: UUID, place: str, person_id: int, saves: list[Save], posted: Posted, decision: Decision, now: datetime
) -> None:
    """Writes what was decided. Inside the verb's transaction, the case locked."""
    if decision is Decision.LATE:
        return
    own, written = of_page(saves, posted.page), decision is Decision.WRITTEN
    if written:
        await _give_way(case_id, place, person_id, [one for one in saves if one is not own], posted.fields)
    row, number = own.id if own else uuid4(), max(posted.number, own.number if own else 0)
    fields = () if decision is Decision.SAME else posted.fields
    content = seal(FormSave.content, row, json.dumps(fields)) if fields else ""
    if own:
        await _change(own, main=written, content=content, number=number, saved_at=now)
    else:
        page = posted.page or str(uuid4())
        await FormSave.insert(
            FormSave(
                id=row,
                case=case_id,
                person=person_id,
                place=place,
                page=page,
                number=number,
                main=written,
                content=content,
                saved_at=now,
            )
        )


async def _give_way(case_id: UUID, place: str, person_id: int, saves: list[Save], fields: Fields) -> None:
    """What was there has been seen by the page that replaces it; a copy that says the same is of no more use."""
    ours = (FormSave.case == case_id, FormSave.place == place, FormSave.person == person_id)
    await FormSave.update({FormSave.main: False, FormSave.content: ""}).where(*ours, FormSave.main.eq(True))
    for one in saves:
        if one.content and not one.main and one.fields == fields:
            await _change(one, content="")


async def choose(saves: Sequence[Save], page: str, choice: Choice) -> Fields | None:
    """Gives the fields that take the place of what is there; None when what is there stays.

    « Reprendre » keeps beside it what it replaces. A version that has changed since the page showed it stays as it is.
    """
    chosen, main = next((one for one in saves if one.version == choice.version), None), main_of(saves)
    if chosen is None or (chosen.main and choice.taken):
        return None
    if not (chosen.main or choice.taken):
        await _change(chosen, content="")
        return None
    taken = chosen if choice.taken else of_page(saves, page)
    if taken is None or not taken.content:
        return None
    if main:
        await _change(main, main=False, content=main.content if choice.taken else "")
    await _change(taken, main=True)
    return taken.fields


async def replaced(case_id: UUID, place: str, person_id: int, now: datetime) -> None:
    """Another verb has changed what this form shows: a page opened before does not replace it."""
    await _give_way(case_id, place, person_id, [], ())
    page = FormSave(case=case_id, person=person_id, place=place, page=str(uuid4()), main=True, saved_at=now)
    await FormSave.insert(page)


async def forget_words(case_id: UUID, place: str, person_id: int, page: str) -> None:
    """What this page kept has left; how often it has saved stays, so that a late save of it is known."""
    ours = FormSave.case == case_id, FormSave.place == place, FormSave.person == person_id, FormSave.page == page
    await FormSave.update({FormSave.content: ""}).where(*ours)


async def _change(save: Save, **values: Any) -> None:
    changes: dict[Any, Any] = dict(values)
    await FormSave.update(changes).where(FormSave.id == save.id)
