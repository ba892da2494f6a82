"""What has changed since an event, as HTML rendered with the rights of the person who looks.

The stream (stream.py) sends it as it happens. Where a proxy delays or cuts the stream, the page polls: If-None-Match
says what it already shows, and 304 that nothing has changed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.attachments.access import CaseAttachments
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.changes import LastLine, list_changed_cases, load_last_lines
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.listing import load_changed_page
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.opening import OpenedCase, open_case
from app.domain.cases.page.load import CasePageUpdate, load_case_page_update
from app.domain.cases.page.recipients import CaseRecipient
from app.domain.cases.thread.read_receipts import find_latest_event, mark_read_if_newer
from app.domain.errors import AccessEnded
from app.domain.opaque_ids import IdPurpose, decode_id, encode_id
from app.routes.cases.index import build_filters_context, build_views_context
from app.routes.cases.last_shown import decode_last_shown, encode_last_shown
from app.routes.cases.list_filters import is_compact, read_filters
from app.routes.cases.show import build_actor_context, build_case_context
from app.routes.deps import provide_now
from app.routes.live.event_panels import FORMS_OF_EVENT, PANEL_OF_EVENT, STANDING_EVENTS

Req = Request[Any, Any, Any]
LoadUpdates = Callable[[Actor, str], Awaitable[tuple[str, str]]]
"""The HTML of what has changed since an event, and the opaque id of the last event in it.

The HTML is empty when nothing has changed. When the id cannot be decoded (another key, an older version, other rights),
it is what the whole page would show.
"""


@get("/nouvelles")
async def show_list_updates(request: Req) -> Response[Any]:
    return await _build_answer(request, make_list_updates(request))


@get("/demandes/{case_id:uuid}/nouvelles")
async def show_case_updates(request: Req, case_id: FromPath[UUID]) -> Response[Any]:
    return await _build_answer(request, make_case_updates(request, case_id))


def make_list_updates(request: Req, touched_cases: set[UUID] | None = None) -> LoadUpdates:
    """touched_cases: those whose row changed without an event. Each read empties them."""
    filters, touched = read_filters(request), set() if touched_cases is None else touched_cases

    async def news(actor: Actor, shown: str) -> tuple[str, str]:
        now = await provide_now(request.app.state)
        after = decode_id(IdPurpose.LIST_UPDATES, shown) or 0
        changed = await list_changed_cases(actor, after, now)
        case_ids, last = [*changed, *(touched - set(changed))], max(changed.values(), default=after)
        touched.clear()
        if not case_ids:
            return "", encode_id(IdPurpose.LIST_UPDATES, last)
        listing, listed = await load_changed_page(actor, filters, case_ids, now)
        figures = await load_list_counts(actor, now)
        request.state.to_handle = figures.views[View.TO_HANDLE]
        lines = [(case_id, listed.get(case_id)) for case_id in dict.fromkeys([*case_ids, *listed])]
        shown_page = {"lines": lines, "listing": listing, **build_filters_context(filters, compact=is_compact(request))}
        said = await _list_said(actor, listed, changed)
        context = {**build_views_context(actor, filters, figures), **shown_page, "said": said, "oob": True}
        return render_template(request, "cases/live_list.html", context), encode_id(IdPurpose.LIST_UPDATES, last)

    return news


async def _list_said(
    actor: Actor, listed: dict[UUID, CaseRow], changed: dict[UUID, int]
) -> list[tuple[str, LastLine, tuple[str, ...]]]:
    """What to say aloud: each case of the page that another person changed, its last line, its organisations."""
    shown = {case_id: event for case_id, event in changed.items() if case_id in listed}
    lines = await load_last_lines(shown) if shown else {}
    return [
        (listed[case_id].subject, lines[case_id], listed[case_id].organisations)
        for case_id in shown
        if lines[case_id].author_id != actor.id
    ]


def make_case_updates(request: Req, case_id: UUID) -> LoadUpdates:
    async def news(actor: Actor, shown: str) -> tuple[str, str]:
        case = await load_readable_case(actor, case_id)
        after = decode_last_shown(actor, case, shown)
        if after is not None and find_latest_event(actor, case) <= after:
            return "", shown
        now = await provide_now(request.app.state)
        opened = await open_case(actor, case, now)
        context = await (
            _build_whole_context(actor, opened, now)
            if after is None
            else _build_update_context(actor, opened, after, now)
        )
        return render_template(request, "cases/live_case.html", context), context["seen"]

    return news


async def _build_whole_context(actor: Actor, case: OpenedCase, now: datetime) -> dict[str, Any]:
    """When the page's last event cannot be decoded: everything but its forms, which may contain unsent text."""
    context = await build_case_context(actor, case, now)
    await mark_read_if_newer(actor, case, context["last_event"], context["read"], now)
    shown = {"whole": True, "forms": [], "arrivals": context["entries"]}
    shown["panels"] = sorted(set(PANEL_OF_EVENT.values()))
    return {
        **context,
        **shown,
        "new": [],
        "changed": [],
        "standing_kinds": STANDING_EVENTS,
        "opened_by": [],
        "oob": True,
    }


async def _build_update_context(actor: Actor, case: OpenedCase, after: int, now: datetime) -> dict[str, Any]:
    """New lines of the thread, which are marked as read. The other panels only when an event changes them."""
    new = await load_case_page_update(actor, case, after, now)
    last_event = new.entries[-1].event_id
    await mark_read_if_newer(actor, case, last_event, new.last_read_event, now)
    kinds = {entry.kind for entry in new.entries}
    around = {**build_actor_context(actor, case, now), "case": new.case, "attachments": new.attachments}
    forms = sorted({form for kind in kinds for form in FORMS_OF_EVENT.get(kind, ())})
    if forms or kinds.intersection(PANEL_OF_EVENT):
        around = await build_case_context(actor, case, now)
        around["attachments"] = _add_files(around["attachments"], new.attachments)
    return {
        **around,
        "standing_kinds": STANDING_EVENTS,
        "opened_by": _list_openings(new),
        "panels": sorted({PANEL_OF_EVENT[kind] for kind in kinds if kind in PANEL_OF_EVENT}),
        "forms": forms,
        "whole": False,
        "arrivals": new.entries,
        "new": new.entries,
        "changed": new.changed_entries,
        "changeable": new.editable_messages,
        "seen": encode_last_shown(actor, case, last_event),
        "oob": True,
        "errors": {},
    }


def _add_files(shown: CaseAttachments, changed: CaseAttachments) -> CaseAttachments:
    """A changed line may be above the lines of the folded thread."""
    return replace(shown, by_message={**shown.by_message, **changed.by_message})


def _list_openings(update: CasePageUpdate) -> list[CaseRecipient]:
    """The teams that opened the case, when nothing else has happened."""
    if {entry.kind for entry in update.entries} != {EventKind.OPENED}:
        return []
    since = update.entries[0].at
    return [one for one in update.case.recipients if one.progress.seen_at and one.progress.seen_at >= since]


def render_access_end(request: Req, error: AccessEnded) -> str:
    """For the page of a case that its reader has lost the right to read."""
    return render_template(request, "cases/ended.html", {"ended": error.access_end})


def read_last_shown(request: Req) -> str:
    """The last event that the page shows, still encoded. A proxy that compresses sends a weak tag: W/"…"."""
    tag = request.headers.get("if-none-match", "").removeprefix("W/").strip('"')
    return request.headers.get("last-event-id") or tag or str(request.query_params.get("depuis") or "")


async def _build_answer(request: Req, news: LoadUpdates) -> Response[Any]:
    html, last = await news(request.user, read_last_shown(request))
    tag = {"ETag": f'"{last}"'}
    if not html:
        return Response(None, status_code=304 if "if-none-match" in request.headers else 204, headers=tag)
    return Response(html.strip(), media_type=MediaType.HTML, headers=tag)


def render_template(request: Req, template: str, context: dict[str, Any]) -> str:
    engine = request.app.template_engine
    return str(engine.get_template(template).render(request=request, **context))  # type: ignore[union-attr]
