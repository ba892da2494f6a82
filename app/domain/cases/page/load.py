"""Loads what one person sees on the page of a case, whole or since an event, in one batch of queries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import (
    AttachedFile,
    CaseAttachments,
    build_attachments_query,
    build_new_attachments_query,
    build_unsent_attachments_query,
    decode_attachments,
    decode_unsent_attachments,
)
from app.domain.cases.draft.draft import build_details_query, decode_details
from app.domain.cases.form_save_rows import decode_saves
from app.domain.cases.form_saves import SavedForm
from app.domain.cases.lifecycle.opening import OpenedCase
from app.domain.cases.lifecycle.survey import build_participation_query
from app.domain.cases.lookalikes.links import build_links_query, decode_links
from app.domain.cases.mandate.mandate import build_mandate_query, decode_mandate
from app.domain.cases.mandate.sms_thread import build_replies_query, build_sms_query, decode_sms_list
from app.domain.cases.page.detail import (
    CaseDetail,
    CaseState,
    build_detail_query,
    build_state_query,
    decode_detail,
    decode_state,
)
from app.domain.cases.page.recipients import build_recipients_query
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.addressed_teams import build_addressed_names_query, decode_addressed_names
from app.domain.cases.thread.entries import (
    Entry,
    build_changed_entries_query,
    build_entries_since_query,
    build_entry_count_query,
    build_recent_entries_query,
    count_entries_before,
    decode_changed_entries,
    decode_entries,
)
from app.domain.cases.thread.grouping import mark_continued
from app.domain.cases.thread.message_draft import (
    build_message_draft_query,
    build_message_saves_query,
    decode_message_draft,
)
from app.domain.cases.thread.message_fields import SavedMessageDraft
from app.domain.cases.thread.offered_phrases import OfferedPhrase, build_offers_query, decode_offers
from app.domain.cases.thread.readers import (
    Reader,
    build_readers_query,
    decode_readers,
    find_first_unread_event,
    find_last_read_event,
    list_editable_messages,
)
from db.batch import Row, fetch_batch


@dataclass(frozen=True)
class CasePage:
    """older_count is the number of lines of the thread before `entries`. is_mine: the actor takes care of the case.

    first_unread: the event before which the page says that the actor had read.
    """

    case: CaseDetail
    entries: list[Entry]
    older_count: int
    first_unread: int | None
    readers: list[Reader]
    editable_messages: frozenset[int]
    attachments: CaseAttachments
    unsent_attachments: list[AttachedFile]
    phrases: list[OfferedPhrase]
    message_draft: SavedMessageDraft
    form_saves: list[SavedForm]
    is_mine: bool
    survey_answered: bool
    linked: list[UUID]


@dataclass(frozen=True)
class CasePageUpdate:
    """entries are the lines after the event; changed_entries are earlier lines that were corrected or withdrawn.

    last_read_event is the last event that the actor had read before this update.
    """

    case: CaseState
    entries: list[Entry]
    changed_entries: list[Entry]
    last_read_event: int
    editable_messages: frozenset[int]
    attachments: CaseAttachments


async def load_case_page(actor: Actor, case: OpenedCase, now: datetime, *, after: int | None = None) -> CasePage:
    """With `after`, the thread holds every line past this event; without it, the thread is folded."""
    found = await fetch_batch(
        case=build_detail_query(case.id),
        receivers=build_recipients_query(case.id, now),
        details=build_details_query(case.id),
        mandates=build_mandate_query(case.id),
        texts=build_sms_query(case.id),
        replies=build_replies_query(case.id),
        entries=build_recent_entries_query(actor, case)
        if after is None
        else build_entries_since_query(actor, case, after - 1),
        count=build_entry_count_query(actor, case),
        readers=build_readers_query(case),
        attachments=build_attachments_query(actor, case),
        waiting=build_unsent_attachments_query(actor, case.id),
        phrases=build_offers_query(actor, case),
        kept=build_message_draft_query(actor, case),
        saves=build_message_saves_query(actor, case),
        addressed=build_addressed_names_query(case.id),
        tickets=build_participation_query(case.id),
        links=build_links_query(case.id),
    )
    return _decode_case_page(actor, case, found, now, after or 0)


def _decode_case_page(
    actor: Actor, case: CaseFacts, found: dict[str, list[Row]], now: datetime, after: int
) -> CasePage:
    read = decode_readers(found["readers"])
    decoded = _decode_thread(found)
    first_unread = find_first_unread_event(actor, decoded, read)
    entries = [entry for entry in mark_continued(decoded, first_unread) if entry.event_id > after]
    detail, saves = _decode_case_detail(actor, case, found, now), decode_saves(found["saves"])
    return CasePage(
        case=detail,
        entries=entries,
        older_count=count_entries_before(_select_after(found["entries"], after), found["count"]),
        first_unread=first_unread,
        readers=read,
        editable_messages=list_editable_messages(actor, case, entries, read),
        attachments=decode_attachments(_select_shown_files(found["attachments"], entries)),
        unsent_attachments=decode_unsent_attachments(found["waiting"]),
        phrases=decode_offers(found["phrases"]),
        message_draft=decode_message_draft(actor, case, found["kept"], saves),
        form_saves=saves,
        is_mine=any(receiver.progress.taken_by == actor.id for receiver in detail.recipients),
        survey_answered=case.closed_by == actor.id and bool(found["tickets"]),
        linked=decode_links(found["links"], case.id),
    )


def _decode_thread(found: dict[str, list[Row]]) -> list[Entry]:
    before = count_entries_before(found["entries"], found["count"])
    return decode_entries(found["entries"], before, decode_addressed_names(found["addressed"]))


def _select_after(rows: list[Row], event_id: int) -> list[Row]:
    """A query of what follows an event has this event too: a message after it may need no head of its own."""
    return [row for row in rows if row["event_id"] > event_id]


def _select_shown_files(files: list[Row], entries: list[Entry]) -> list[Row]:
    """Files of folded messages are left out: decrypting each name takes time."""
    messages = {None, *(entry.message_id for entry in entries)}
    return [file for file in files if file["message_id"] in messages]


def _decode_case_detail(actor: Actor, case: CaseFacts, found: dict[str, list[Row]], now: datetime) -> CaseDetail:
    mandate = decode_mandate(case.id, found["mandates"], decode_sms_list(found["texts"], found["replies"]))
    details = decode_details(found["details"])
    return decode_detail(actor, case, found["case"][0], found["receivers"], details, mandate, now)


async def load_case_page_update(actor: Actor, case: OpenedCase, after: int, now: datetime) -> CasePageUpdate:
    """Returns what a page that shows the thread up to `after` lacks."""
    found = await fetch_batch(
        case=build_state_query(case.id),
        receivers=build_recipients_query(case.id, now),
        entries=build_entries_since_query(actor, case, after - 1),
        changed=build_changed_entries_query(actor, case, after),
        count=build_entry_count_query(actor, case),
        readers=build_readers_query(case),
        attachments=build_new_attachments_query(actor, case, after),
        addressed=build_addressed_names_query(case.id),
    )
    entries = [entry for entry in mark_continued(_decode_thread(found)) if entry.event_id > after]
    changed = decode_changed_entries(found["changed"], entries, decode_addressed_names(found["addressed"]))
    read = decode_readers(found["readers"])
    return CasePageUpdate(
        case=decode_state(actor, case, found["case"][0], found["receivers"], now),
        entries=entries,
        changed_entries=changed,
        last_read_event=find_last_read_event(actor, read),
        editable_messages=list_editable_messages(actor, case, entries + changed, read),
        attachments=decode_attachments(found["attachments"]),
    )
