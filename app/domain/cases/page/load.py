"""Everything that the page of a case shows to one person, asked at once; or what has changed in it since an event."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import (
    Attached,
    CaseAttachments,
    attachments,
    attachments_from,
    attachments_since,
    waiting,
    waiting_from,
)
from app.domain.cases.draft.view import details, details_from
from app.domain.cases.form_save_rows import saves_from
from app.domain.cases.form_saves import Save
from app.domain.cases.lifecycle.opening import OpenedCase
from app.domain.cases.lifecycle.survey import tickets
from app.domain.cases.mandate.mandate import mandate_from, mandates
from app.domain.cases.mandate.sms_thread import replies, texts, texts_from
from app.domain.cases.page.detail import CaseDetail, Standing, detail_from, detailed, receivers, standing, standing_from
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.entries import (
    Entry,
    changed_of,
    entries_changed,
    entries_of,
    entries_since,
    line_count,
    lines_before,
    recent_entries,
)
from app.domain.cases.thread.message_draft import Kept, kept_from, kept_saves, kept_words
from app.domain.cases.thread.readers import Reader, changeable, how_far, readers, readers_of
from app.domain.cases.thread.ready_phrases import ReadyPhrase, phrases, phrases_from
from db.batch import Row, together


@dataclass(frozen=True)
class Sheet:
    """older: how many lines of the thread come before `entries`. mine: whether the actor takes care of the case."""

    case: CaseDetail
    entries: list[Entry]
    older: int
    readers: list[Reader]
    changeable: frozenset[int]
    attachments: CaseAttachments
    waiting: list[Attached]
    phrases: list[ReadyPhrase]
    kept: Kept
    saves: list[Save]
    mine: bool
    surveyed: bool


@dataclass(frozen=True)
class Novelty:
    """entries: what came after the event; changed: lines from before it, whose message was corrected or withdrawn.

    read: how far the actor had read.
    """

    case: Standing
    entries: list[Entry]
    changed: list[Entry]
    read: int
    changeable: frozenset[int]
    attachments: CaseAttachments


async def read_sheet(actor: Actor, case: OpenedCase, now: datetime, *, after: int | None = None) -> Sheet:
    """after: the thread past this event, instead of folded."""
    found = await together(
        case=detailed(case.id),
        receivers=receivers(case.id),
        details=details(case.id),
        mandates=mandates(case.id),
        texts=texts(case.id),
        replies=replies(case.id),
        entries=recent_entries(actor, case) if after is None else entries_since(actor, case, after),
        count=line_count(actor, case),
        readers=readers(case),
        attachments=attachments(actor, case),
        waiting=waiting(actor, case.id),
        phrases=phrases(actor, case),
        kept=kept_words(actor, case),
        saves=kept_saves(actor, case),
        tickets=tickets(case.id),
    )
    return _sheet(actor, case, found, now)


def _sheet(actor: Actor, case: CaseFacts, found: dict[str, list[Row]], now: datetime) -> Sheet:
    older = lines_before(found["entries"], found["count"])
    entries, read = entries_of(found["entries"], older), readers_of(found["readers"])
    detail, saves = _detail(case, found, now), saves_from(found["saves"])
    return Sheet(
        case=detail,
        entries=entries,
        older=older,
        readers=read,
        changeable=changeable(actor, case, entries, read),
        attachments=attachments_from(_shown(found["attachments"], entries)),
        waiting=waiting_from(found["waiting"]),
        phrases=phrases_from(found["phrases"]),
        kept=kept_from(actor, case, found["kept"], saves),
        saves=saves,
        mine=any(receiver.taken_by_id == actor.id for receiver in detail.receivers),
        surveyed=case.closed_by == actor.id and bool(found["tickets"]),
    )


def _shown(files: list[Row], entries: list[Entry]) -> list[Row]:
    """Without those of folded messages: each name costs an opening of its seal."""
    messages = {None, *(entry.message_id for entry in entries)}
    return [file for file in files if file["message_id"] in messages]


def _detail(case: CaseFacts, found: dict[str, list[Row]], now: datetime) -> CaseDetail:
    mandate = mandate_from(case.id, found["mandates"], texts_from(found["texts"], found["replies"]))
    details = details_from(found["details"])
    return detail_from(case.id, found["case"][0], found["receivers"], details, mandate, now)


async def read_novelty(actor: Actor, case: OpenedCase, after: int, now: datetime) -> Novelty:
    """What the page that shows this event lacks."""
    found = await together(
        case=standing(case.id),
        receivers=receivers(case.id),
        entries=entries_since(actor, case, after),
        changed=entries_changed(actor, case, after),
        count=line_count(actor, case),
        readers=readers(case),
        attachments=attachments_since(actor, case, after),
    )
    entries = entries_of(found["entries"], lines_before(found["entries"], found["count"]))
    changed = changed_of(found["changed"])
    read = readers_of(found["readers"])
    return Novelty(
        case=standing_from(case.id, found["case"][0], found["receivers"], now),
        entries=entries,
        changed=changed,
        read=how_far(actor, read),
        changeable=changeable(actor, case, entries + changed, read),
        attachments=attachments_from(found["attachments"]),
    )
