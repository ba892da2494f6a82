"""Queries that a page combines with others into one statement; a test runs each alone."""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import CaseAttachments, build_attachments_query, decode_attachments
from app.domain.cases.mandate.sms_thread import MandateSms, build_replies_query, build_sms_query, decode_sms_list
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.entries import Entry, build_entries_since_query, decode_entries
from db.batch import fetch_query


async def read_thread(actor: Actor, case: CaseFacts, *, after: int = 0) -> list[Entry]:
    """The lines of the thread that the actor may read, oldest first, after the event `after`."""
    return decode_entries(await fetch_query(build_entries_since_query(actor, case, after)))


async def read_attachments(actor: Actor, case: CaseFacts) -> CaseAttachments:
    return decode_attachments(await fetch_query(build_attachments_query(actor, case)))


async def read_sms_thread(case_id: UUID) -> tuple[MandateSms, ...]:
    return decode_sms_list(await fetch_query(build_sms_query(case_id)), await fetch_query(build_replies_query(case_id)))
