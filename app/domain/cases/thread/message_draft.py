"""The message that a person has typed on a case and not sent. Its author alone reads it. Source: issue 5.

There is one for each person and case. It is deleted when it is sent or emptied, or when the case is erased. Closing
keeps it: its author reads it on the closed case, and has it in the form again once the case is reopened. Only what
could not reach the server stays in the browser, encrypted (app/static/sealed.js). form_saves.py has the rule for two
pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, TO_REFERENTS, Audience, Readership, build_team_readership
from app.domain.cases.access import is_message_posted, load_case_for_action
from app.domain.cases.form_save_rows import apply_choice, build_saves_query, clear_page_content, list_saves, record_save
from app.domain.cases.form_saves import (
    MESSAGE_PLACE,
    Choice,
    Fields,
    PostedForm,
    SaveDecision,
    SavedForm,
    decide_save,
    find_main_save,
    list_other_saves,
)
from app.domain.cases.permissions import Action, CaseFacts, may_read
from app.domain.cases.presence import Typing, announce_typing
from app.domain.cases.thread.message_fields import (
    NO_MESSAGE_DRAFT,
    SavedMessageDraft,
    build_message_fields,
    choose_one_team,
    decode_message_fields,
)
from db.batch import BatchQuery, BoundQuery, Row, fetch_query, parse_timestamp
from db.engine import transaction
from db.tables.drafts import MessageDraft


@dataclass(frozen=True)
class OtherMessageDraft:
    """What another page of the same person saved; version changes with each save of that page."""

    version: str
    draft: SavedMessageDraft


_DRAFT_QUERY = BatchQuery(
    {"body": "d.body", "internal": "d.internal", "reader_team": "d.reader_team", "saved_at": "d.saved_at"},
    'message_draft d WHERE d."case" = {} AND d.person = {}',
    {"internal": bool, "saved_at": parse_timestamp},
)


async def save_message_draft(
    actor: Actor,
    case_id: UUID,
    body: str,
    *,
    key: str,
    readership: Readership = TO_ALL,
    now: datetime,
    number: int = 0,
    base: str = "",
    by_button: bool = True,
    choice: Choice | None = None,
    signature: str | None = None,
    addressed: Sequence[int] = (),
    reminder: str = "",
) -> SaveDecision | None:
    """Saves what was typed. Returns None, and saves nothing, if this form's message was sent.

    An empty body keeps the chosen readers, who may read the attachments that wait. signature is saved only if it is not
    the profile's: each user of a shared account changes it for their own messages. key names the page; number, base,
    by_button and choice are those of PostedForm.

    A closed case accepts the save: its author may have been typing as it closed. Raises NotFound, Conflict (unsent
    case).
    """
    by_hand = None if signature == actor.signature else signature
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.READ)
        readership = choose_one_team(actor, case, readership)
        fields = build_message_fields(body, by_hand, addressed, readership, reminder)
        posted = PostedForm(fields, key, number, base, by_button, choice)
        if await is_message_posted(actor, case_id, key):
            return None
        saves = await list_saves(case_id, MESSAGE_PLACE, actor.id)
        decision = decide_save(saves, posted)
        if decision is SaveDecision.REPLACE:
            await _write_draft(actor, case_id, posted.fields, now)
        await record_save(case_id, MESSAGE_PLACE, actor.id, saves, posted, decision, now)
        if choice:
            taken = await apply_choice(await list_saves(case_id, MESSAGE_PLACE, actor.id), key, choice)
            await _write_draft(actor, case_id, taken, now) if taken is not None else None
        if not by_button:
            announce_typing(
                actor, case, Typing.SAVED if body and readership.audience != Audience.TEAM else Typing.EMPTIED
            )
        return decision


async def _write_draft(actor: Actor, case_id: UUID, fields: Fields, now: datetime) -> None:
    if not fields:
        await MessageDraft.delete().where(MessageDraft.case == case_id, MessageDraft.person == actor.id)
        return
    words = decode_message_fields(fields, now)
    values: dict[Any, Any] = {
        MessageDraft.body: words.body,
        MessageDraft.internal: words.readership.is_apart,
        MessageDraft.reader_team: words.readership.team,
        MessageDraft.saved_at: now,
    }
    await MessageDraft.insert(
        MessageDraft({MessageDraft.case: case_id, MessageDraft.person: actor.id, **values})
    ).on_conflict(target=(MessageDraft.case, MessageDraft.person), action="DO UPDATE", values=list(values.items()))


async def load_message_draft(actor: Actor, case: CaseFacts) -> SavedMessageDraft:
    """A draft of a note is hidden from a person who may no longer read such a note."""
    rows = await fetch_query(build_message_draft_query(actor, case))
    return decode_message_draft(actor, case, rows, await list_saves(case.id, MESSAGE_PLACE, actor.id))


def build_message_draft_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    return _DRAFT_QUERY.bind(case.id, actor.id)


def decode_message_draft(actor: Actor, case: CaseFacts, rows: list[Row], saves: list[SavedForm]) -> SavedMessageDraft:
    """The row has the words; the main save has the other fields."""
    if not rows:
        return NO_MESSAGE_DRAFT
    main, found = find_main_save(saves), _decode_draft(rows[0])
    typed = decode_message_fields(main.fields, main.saved_at) if main else found
    whole = replace(found, signature=typed.signature, addressed=typed.addressed, reminder=typed.reminder)
    return _hide_unreadable(actor, case, whole)


def _decode_draft(row: Row) -> SavedMessageDraft:
    apart = TO_REFERENTS if row["reader_team"] is None else build_team_readership(row["reader_team"])
    return SavedMessageDraft(row["body"], apart if row["internal"] else TO_ALL, row["saved_at"])


def build_message_saves_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    return build_saves_query(case.id, MESSAGE_PLACE, actor.id)


def list_other_message_drafts(
    actor: Actor, case: CaseFacts, saves: list[SavedForm], key: str
) -> list[OtherMessageDraft]:
    """Drafts that the form of this key does not show; hidden as in load_message_draft."""
    found = [
        OtherMessageDraft(one.version, _hide_unreadable(actor, case, decode_message_fields(one.fields, one.saved_at)))
        for one in list_other_saves(saves, key)
    ]
    return [one for one in found if one.draft is not NO_MESSAGE_DRAFT]


async def load_other_message_drafts(actor: Actor, case: CaseFacts, key: str) -> list[OtherMessageDraft]:
    return list_other_message_drafts(actor, case, await list_saves(case.id, MESSAGE_PLACE, actor.id), key)


def _hide_unreadable(actor: Actor, case: CaseFacts, draft: SavedMessageDraft) -> SavedMessageDraft:
    return draft if may_read(actor, case, *draft.readership) else NO_MESSAGE_DRAFT


async def delete_sent_draft(case_id: UUID, person_id: int, key: str) -> None:
    """Deletes the draft whose message was sent by the form of this key, and never what another page saved.

    Runs in the caller's transaction. A message that is withdrawn later leaves no text here.
    """
    sql = """DELETE FROM message_draft WHERE "case" = {} AND person = {} AND NOT EXISTS (SELECT 1 FROM form_save s
        WHERE s."case" = {} AND s.form_name = {} AND s.person = {} AND s.is_current AND s.page <> {})"""
    await MessageDraft.raw(sql, case_id, person_id, case_id, MESSAGE_PLACE, person_id, key)
    await clear_page_content(case_id, MESSAGE_PLACE, person_id, key)


async def delete_shown_draft(actor: Actor, case_id: UUID, base: str) -> None:
    """Deletes the draft that a form showed when it was opened, if no save has replaced it since."""
    async with transaction():
        main = find_main_save(await list_saves(case_id, MESSAGE_PLACE, actor.id))
        if main and main.version == base:
            await _write_draft(actor, case_id, (), main.saved_at)
            await clear_page_content(case_id, MESSAGE_PLACE, actor.id, main.page)
