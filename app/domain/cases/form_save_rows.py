"""The rows of form_save: what each page has saved of a form, written as form_saves.decide says."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.cases.form_saves import MESSAGE, Choice, Decision, Fields, Posted, Save, agree, main_of, of_page
from db.batch import Asked, Question, Row, alone, moment
from db.encryption import seal
from db.tables import FormSave

_OTHER_VERBS = "-"
"""The page of what no form has saved."""

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
        if one.content and not one.main and agree(one.fields, fields):
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
    """Another verb has changed what this form shows: a page opened before does not replace it.

    One row for all such changes of a form. Inside the verb's transaction, the case locked.
    """
    await _give_way(case_id, place, person_id, [], ())
    saves = await saves_of(case_id, place, person_id)
    if ours := of_page(saves, _OTHER_VERBS):
        await _change(ours, main=True, number=ours.number + 1, saved_at=now)
        return
    page = FormSave(case=case_id, person=person_id, place=place, page=_OTHER_VERBS, main=True, saved_at=now)
    await FormSave.insert(page)


async def forget_words(case_id: UUID, place: str, person_id: int, page: str) -> None:
    """What this page kept has left; how often it has saved stays, so that a late save of it is known."""
    ours = FormSave.case == case_id, FormSave.place == place, FormSave.person == person_id, FormSave.page == page
    await FormSave.update({FormSave.content: ""}).where(*ours)


async def _change(save: Save, **values: Any) -> None:
    changes: dict[Any, Any] = dict(values)
    await FormSave.update(changes).where(FormSave.id == save.id)
