"""The case page, and the context of its fragments."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.case_status import Status
from app.domain.cases.access import load_readable_case, load_visible_case
from app.domain.cases.form_saves import format_version
from app.domain.cases.lifecycle.closure import OUTCOME_CHOICES
from app.domain.cases.lifecycle.continued_in import load_continued_in
from app.domain.cases.lifecycle.opening import OpenedCase, open_case
from app.domain.cases.lifecycle.retention import CLOSED_AFTER_REMINDER, HANDLED_REMINDER_AFTER
from app.domain.cases.lifecycle.set_aside import find_set_aside
from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.domain.cases.page.load import CasePage, load_case_page
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions, list_teams_read_apart
from app.domain.cases.presence import NO_OTHERS
from app.domain.cases.thread.addressed_teams import follow_ticked_teams
from app.domain.cases.thread.message_draft import list_other_message_drafts
from app.domain.cases.thread.message_fields import format_readership
from app.domain.cases.thread.read_receipts import find_latest_event, mark_read_if_newer
from app.domain.cases.thread.readers import find_last_read_event, list_readers_by_message
from app.domain.opaque_ids import IdPurpose, decode_id
from app.routes.cases.last_shown import decode_last_shown, encode_last_shown
from app.routes.cases.whole_page import add_whole_page
from app.routes.deps import provide_now
from app.routes.respond import build_page, redirect_after_post, wants_fragment
from app.text import labels

Req = Request[Any, Any, Any]
WHOLE_THREAD = "entier"
ACTION_PANELS = {
    "attribution": Action.ANSWER,
    "mise-de-cote": Action.ANSWER,
    "transfert": Action.ANSWER,
    "sortie": Action.ANSWER,
    "organisme": Action.INVITE_TEAM,
    "complement": Action.COMPLETE,
    "identite": Action.COMPLETE,
    "collegues": Action.INVITE_COLLEAGUE,
    "expert": Action.INVITE_EXPERT,
    "retrait": Action.WITHDRAW,
    "mandat": Action.RENEW_MANDATE,
    "a-rouvrir": Action.ASK_REOPENING,
    "coordonnees": Action.READ,
}


@get("/demandes/{case_id:uuid}")
async def show_case(
    request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    """« fil=entier » shows the whole thread, or adds older lines to an open page. A draft redirects to the wizard."""
    case = await load_visible_case(actor, case_id)
    if case.status == Status.DRAFT:
        return redirect_after_post(f"/brouillons/{case_id}/verification")
    whole = request.query_params.get("fil") == WHOLE_THREAD
    context = await build_case_context(actor, await open_case(actor, case, now), now, after=0 if whole else None)
    if whole and wants_fragment(request):
        first = decode_id(IdPurpose.FIRST_LINE, request.query_params.get("avant") or "")
        return build_page("cases/older.html", **{**context, "oob": True, "first": first})
    await mark_read_if_newer(actor, case, context["last_event"], context["read"], now)
    await add_whole_page(actor, case, context, request)
    return build_page("cases/show.html", **context)


async def build_case_context(
    actor: Actor, case: OpenedCase, now: datetime, *, after: int | None = None
) -> dict[str, Any]:
    """Every name that the page or a fragment of it reads. `typed` and `conflict` are those of a refused message.

    after has the meaning of load_case_page.
    """
    sheet = await load_case_page(actor, case, now, after=after)
    last_event = sheet.entries[-1].event_id if sheet.entries else find_latest_event(actor, case)
    shown = {"last_event": last_event, "seen": encode_last_shown(actor, case, last_event), "sheet": sheet}
    shown |= {"aside": await find_set_aside(actor, case, now), "continued": await load_continued_in(actor, case, now)}
    shown["addressees"] = await follow_ticked_teams(case, sheet.message_draft.addressed)
    around = build_actor_context(actor, case, now) | build_page_context(actor, sheet)
    return _add_other_texts(actor, case, around | shown)


def build_actor_context(actor: Actor, case: CaseFacts, now: datetime) -> dict[str, Any]:
    """The part of the context that depends on the actor's rights."""
    allowed = list_allowed_actions(actor, case)
    return {
        "actor": actor,
        "now": now,
        "allowed": allowed,
        "gestures": list_action_labels(allowed),
        "apart_teams": sorted(list_teams_read_apart(actor, case)),
        **build_blank_reply(),
        **build_closure_context(),
    }


def build_page_context(actor: Actor, sheet: CasePage) -> dict[str, Any]:
    return {
        "case": sheet.case,
        "entries": sheet.entries,
        "older": sheet.older_count,
        "unread_from": sheet.first_unread,
        "read": find_last_read_event(actor, sheet.readers),
        "mine": sheet.is_mine,
        "changeable": sheet.editable_messages,
        "read_by": list_readers_by_message(actor, sheet.entries, sheet.readers),
        "attachments": sheet.attachments,
        "waiting": sheet.unsent_attachments,
        "phrases": sheet.phrases,
        "surveyed": sheet.survey_answered,
        "typed": sheet.message_draft.body,
        "chosen_readers": format_readership(sheet.message_draft.readership),
        "addressees": sheet.message_draft.addressed,
        "signature": actor.signature if sheet.message_draft.signature is None else sheet.message_draft.signature,
        "reminder": sheet.message_draft.reminder,
        "kept_at": sheet.message_draft.saved_at,
        "saves": sheet.form_saves,
    }


def list_action_labels(allowed: frozenset[Action]) -> dict[str, str]:
    """Panels that the actor may open: last part of the address -> label."""
    return {slug: labels.ACTION_PANEL[slug] for slug, action in ACTION_PANELS.items() if action in allowed}


def build_blank_reply() -> dict[str, Any]:
    return {
        "key": uuid4(),
        "typed": "",
        "conflict": "",
        "set_aside": "",
        "uncalled": (),
        "chosen_readers": "",
        "addressees": (),
        "asked": "",
        "newer": (),
        "presence": NO_OTHERS,
        "others": 0,
        "sent": False,
        "closed_in": (HANDLED_REMINDER_AFTER + CLOSED_AFTER_REMINDER).days,
        "oob": False,
        "gesture": "",
        "blocked": "",
        "form": None,
    }


def build_closure_context() -> dict[str, Any]:
    return {
        "closing": False,
        "continued": None,
        "refusal": "",
        "answers": {},
        "outcomes": [
            {"value": code.value, "label": label} for code, label in labels.OUTCOME.items() if code in OUTCOME_CHOICES
        ],
        "questions": [
            (name, labels.SURVEY[name], [{"value": a, "label": labels.SURVEY_ANSWER[a]} for a in answers])
            for name, answers in QUESTIONS.items()
        ],
    }


async def build_fragment(
    actor: Actor, case_id: UUID, request: Req, template: str, *, shown: str = "", **context: Any
) -> Response[Any]:
    """A fragment of the page in its present state.

    shown is the `seen` of the page: the thread after that line is sent, or the folded thread when it is not decoded.
    """
    now = await provide_now(request.app.state)
    case = await open_case(actor, await load_readable_case(actor, case_id), now)
    after = decode_last_shown(actor, case, shown)
    found = await build_case_context(actor, case, now, after=after)
    if template == "cases/show.html":
        await add_whole_page(actor, case, found, request)
    shown_as = {"whole": after is None, "unread_from": None, **context}
    return build_page(template, **_add_other_texts(actor, case, {**found, **shown_as}))


def _add_other_texts(actor: Actor, case: CaseFacts, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the texts that other pages have saved and that this form, by its key, does not show."""
    saves, key = context["saves"], str(context["key"])
    others = list_other_message_drafts(actor, case, saves, key)
    return {**context, "version": format_version(saves, key, context.get("base")), "kept_elsewhere": others}


async def build_fragment_or_page(
    actor: Actor, case_id: UUID, request: Req, template: str, **context: Any
) -> Response[Any]:
    """The fragment for htmx, the whole page otherwise."""
    return await build_fragment(
        actor, case_id, request, template if wants_fragment(request) else "cases/show.html", **context
    )
