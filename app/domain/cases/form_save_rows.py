"""Reads and writes the rows of form_save, as form_saves.decide_save decides."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.cases.form_saves import (
    MESSAGE_PLACE,
    Choice,
    Fields,
    PostedForm,
    SaveDecision,
    SavedForm,
    find_main_save,
    find_page_save,
    has_same_answers,
)
from db.batch import BatchQuery, BoundQuery, Row, fetch_query, parse_timestamp
from db.encryption import encrypt
from db.tables.drafts import FormSave

_OUTSIDE_PAGE = "-"
"""The page of changes that no form saved."""

_SAVES_QUERY = BatchQuery(
    {
        "id": "s.id",
        "page": "s.page",
        "number": "s.revision",
        "main": "s.is_current",
        "content": "s.content",
        "saved_at": "s.saved_at",
    },
    'form_save s WHERE s."case" = {} AND s.form_name = {} AND s.person = {} ORDER BY s.saved_at',
    {"id": UUID, "main": bool, "saved_at": parse_timestamp},
)
_HAS_MESSAGE_DRAFT_SQL = """EXISTS (SELECT 1 FROM message_draft d WHERE d."case" = s."case" AND d.person = s.person)"""
_MESSAGE_SAVES_QUERY = BatchQuery(
    {
        **_SAVES_QUERY.columns,
        "main": f"s.is_current AND {_HAS_MESSAGE_DRAFT_SQL}",
        "content": f"CASE WHEN s.is_current AND NOT {_HAS_MESSAGE_DRAFT_SQL} THEN '' ELSE s.content END",
    },
    _SAVES_QUERY.source,
    _SAVES_QUERY.decoders,
)
"""A current save without its message_draft row was emptied by an earlier release: its content counts as empty."""


def build_saves_query(case_id: UUID, place: str, person_id: int) -> BoundQuery:
    return (_MESSAGE_SAVES_QUERY if place == MESSAGE_PLACE else _SAVES_QUERY).bind(case_id, place, person_id)


def decode_saves(rows: list[Row]) -> list[SavedForm]:
    """The oldest first."""
    return sorted((SavedForm(**row) for row in rows), key=lambda one: one.saved_at)


async def list_saves(case_id: UUID, place: str, person_id: int) -> list[SavedForm]:
    return decode_saves(await fetch_query(build_saves_query(case_id, place, person_id)))


async def record_save(
    case_id: UUID,
    place: str,
    person_id: int,
    saves: list[SavedForm],
    posted: PostedForm,
    decision: SaveDecision,
    now: datetime,
) -> None:
    """Runs in the caller's transaction, with the case locked."""
    if decision is SaveDecision.STALE:
        return
    own, written = find_page_save(saves, posted.page), decision is SaveDecision.REPLACE
    if written:
        await _supersede_saves(case_id, place, person_id, [one for one in saves if one is not own], posted.fields)
    row, number = own.id if own else uuid4(), max(posted.number, own.number if own else 0)
    fields = () if decision is SaveDecision.UNCHANGED else posted.fields
    content = encrypt(FormSave.content, row, json.dumps(fields)) if fields else ""
    if own:
        await _update_save(own, is_current=written, content=content, revision=number, saved_at=now)
    else:
        page = posted.page or str(uuid4())
        await FormSave.insert(
            FormSave(
                id=row,
                case=case_id,
                person=person_id,
                form_name=place,
                page=page,
                revision=number,
                is_current=written,
                content=content,
                saved_at=now,
            )
        )


async def _supersede_saves(case_id: UUID, place: str, person_id: int, saves: list[SavedForm], fields: Fields) -> None:
    """The page that replaces the current save has shown it. Copies with the same answers are emptied."""
    ours = (FormSave.case == case_id, FormSave.form_name == place, FormSave.person == person_id)
    await FormSave.update({FormSave.is_current: False, FormSave.content: ""}).where(*ours, FormSave.is_current.eq(True))
    for one in saves:
        if one.content and not one.main and has_same_answers(one.fields, fields):
            await _update_save(one, content="")


async def apply_choice(saves: Sequence[SavedForm], page: str, choice: Choice) -> Fields | None:
    """Returns the fields that replace the current save; None if the current save stays.

    « Reprendre » keeps the replaced save as a copy. A version that was saved again since the page showed it stays.
    """
    chosen, main = next((one for one in saves if one.version == choice.version), None), find_main_save(saves)
    if chosen is None or (chosen.main and choice.restore):
        return None
    if not (chosen.main or choice.restore):
        await _update_save(chosen, content="")
        return None
    taken = chosen if choice.restore else find_page_save(saves, page)
    if taken is None or not taken.content:
        return None
    if main:
        await _update_save(main, is_current=False, content=main.content if choice.restore else "")
    await _update_save(taken, is_current=True)
    return taken.fields


async def record_outside_change(case_id: UUID, place: str, person_id: int, now: datetime) -> None:
    """Another action changed what this form shows: a page that was opened before must not replace it.

    A form has one row for all such changes. Runs in the caller's transaction, with the case locked.
    """
    await _supersede_saves(case_id, place, person_id, [], ())
    saves = await list_saves(case_id, place, person_id)
    if ours := find_page_save(saves, _OUTSIDE_PAGE):
        await _update_save(ours, is_current=True, revision=ours.number + 1, saved_at=now)
        return
    page = FormSave(case=case_id, person=person_id, form_name=place, page=_OUTSIDE_PAGE, is_current=True, saved_at=now)
    await FormSave.insert(page)


async def clear_page_content(case_id: UUID, place: str, person_id: int, page: str) -> None:
    """The row stays with its number of saves, so that a late save of this page is recognised."""
    ours = FormSave.case == case_id, FormSave.form_name == place, FormSave.person == person_id, FormSave.page == page
    await FormSave.update({FormSave.content: ""}).where(*ours)


async def _update_save(save: SavedForm, **values: Any) -> None:
    changes: dict[Any, Any] = dict(values)
    await FormSave.update(changes).where(FormSave.id == save.id)
