"""The page of a case, and what its fragments need."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.case_status import Status
from app.domain.cases.access import readable_case, visible_case
from app.domain.cases.form_saves import version_of
from app.domain.cases.lifecycle.closure import CHOICES
from app.domain.cases.lifecycle.opening import OpenedCase, open_to
from app.domain.cases.lifecycle.retention import CLOSED_AFTER_REMINDER, HANDLED_REMINDED
from app.domain.cases.lifecycle.survey_sums import QUESTIONS
from app.domain.cases.page.load import Sheet, read_sheet
from app.domain.cases.permissions import Action, CaseFacts, actions_for, may_read
from app.domain.cases.thread.message_draft import other_words
from app.domain.cases.thread.read_receipts import latest_event, read_up_to
from app.domain.cases.thread.readers import how_far, read_marks
from app.domain.opaque_ids import Use, hide, reveal
from app.routes.deps import provide_now
from app.routes.respond import page, see, wants_fragment
from app.text import labels

Req = Request[Any, Any, Any]
WHOLE = "entier"
GESTURES = {
    "transfert": Action.ANSWER,
    "organisme": Action.INVITE_TEAM,
    "complement": Action.COMPLETE,
    "collegues": Action.INVITE_COLLEAGUE,
    "expert": Action.INVITE_EXPERT,
    "retrait": Action.WITHDRAW,
    "mandat": Action.RENEW_MANDATE,
}


@get("/demandes/{case_id:uuid}")
async def show_case(
    request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    """« fil=entier » shows the whole thread, or brings into an open page the lines that it lacks.

    The author of a draft is led to it.
    """
    case = await visible_case(actor, case_id)
    if case.status == Status.DRAFT:
        return see(f"/brouillons/{case_id}/verification")
    whole = request.query_params.get("fil") == WHOLE
    context = await case_context(actor, await open_to(actor, case, now), now, after=0 if whole else None)
    if whole and wants_fragment(request):
        return _older(context, reveal(Use.LINE, request.query_params.get("avant") or ""))
    await read_up_to(actor, case, context["last_event"], context["read"], now)
    return page("cases/show.html", **context)


def _older(context: dict[str, Any], first: int | None) -> Response[Any]:
    """The lines before the first that the page shows. Where it names no line of ours, the whole thread instead."""
    return page("cases/older.html", **{**context, "oob": True, "first": first})


async def case_context(actor: Actor, case: OpenedCase, now: datetime, *, after: int | None = None) -> dict[str, Any]:
    """Everything the page and any of its fragments name. `typed` and `conflict` are a refused message's.

    after: as read_sheet's.
    """
    sheet = await read_sheet(actor, case, now, after=after)
    last_event = sheet.entries[-1].event_id if sheet.entries else latest_event(actor, case)
    shown = {"last_event": last_event, "seen": hide(case_use(actor, case), last_event)}
    return _with_other_words(actor, case, {**about_actor(actor, case, now), **about_case(actor, sheet), **shown})


def case_use(actor: Actor, case: CaseFacts) -> Use:
    """How « this page shows everything up to here » is written for the actor. A person who may no longer read what
    referents write between them has a page that says nothing readable: its thread comes anew, with their lines alone.
    """
    return Use.APART_NEWS if may_read(actor, case, Audience.OPERATORS) else Use.CASE_NEWS


def about_actor(actor: Actor, case: CaseFacts, now: datetime) -> dict[str, Any]:
    """What follows from who looks."""
    allowed = actions_for(actor, case)
    return {
        "actor": actor,
        "now": now,
        "allowed": allowed,
        "gestures": gestures_of(allowed),
        "apart_allowed": may_read(actor, case, Audience.OPERATORS),
        **blank_reply(),
        **closure_labels(),
    }


def about_case(actor: Actor, sheet: Sheet) -> dict[str, Any]:
    return {
        "case": sheet.case,
        "entries": sheet.entries,
        "older": sheet.older,
        "read": how_far(actor, sheet.readers),
        "mine": sheet.mine,
        "changeable": sheet.changeable,
        "read_by": read_marks(actor, sheet.entries, sheet.readers),
        "attachments": sheet.attachments,
        "waiting": sheet.waiting,
        "phrases": sheet.phrases,
        "surveyed": sheet.surveyed,
        "typed": sheet.kept.body,
        "apart": sheet.kept.apart,
        "signature": actor.signature if sheet.kept.signature is None else sheet.kept.signature,
        "kept_at": sheet.kept.saved_at,
        "saves": sheet.saves,
    }


def gestures_of(allowed: frozenset[Action]) -> dict[str, str]:
    """The panels that the actor may open: the address's last part -> its words."""
    return {slug: labels.GESTURE[slug] for slug, action in GESTURES.items() if action in allowed}


def blank_reply() -> dict[str, Any]:
    return {
        "key": uuid4(),
        "typed": "",
        "conflict": "",
        "set_aside": "",
        "apart": False,
        "asked": "",
        "closed_in": (HANDLED_REMINDED + CLOSED_AFTER_REMINDER).days,
        "oob": False,
        "gesture": "",
        "blocked": "",
        "form": None,
    }


def closure_labels() -> dict[str, Any]:
    return {
        "closing": False,
        "refusal": "",
        "answers": {},
        "outcomes": [
            {"value": code.value, "label": label} for code, label in labels.OUTCOME.items() if code in CHOICES
        ],
        "questions": [
            (name, labels.SURVEY[name], [{"value": a, "label": labels.SURVEY_ANSWER[a]} for a in answers])
            for name, answers in QUESTIONS.items()
        ],
    }


async def changed(
    actor: Actor, case_id: UUID, request: Req, template: str, *, shown: str = "", **context: Any
) -> Response[Any]:
    """A fragment of the page as it now is. shown is what the page says that it shows (its `seen`): the thread past it,
    or folded when that cannot be read.
    """
    now = await provide_now(request.app.state)
    case = await open_to(actor, await readable_case(actor, case_id), now)
    after = reveal(case_use(actor, case), shown)
    found = await case_context(actor, case, now, after=after)
    return page(template, **_with_other_words(actor, case, {**found, "whole": after is None, **context}))


def _with_other_words(actor: Actor, case: CaseFacts, context: dict[str, Any]) -> dict[str, Any]:
    """What other pages kept that this form, by its key, does not show."""
    saves, key = context["saves"], str(context["key"])
    others = other_words(actor, case, saves, key)
    return {**context, "version": version_of(saves, key, context.get("base")), "kept_elsewhere": others}


async def again(actor: Actor, case_id: UUID, request: Req, template: str, **context: Any) -> Response[Any]:
    """The fragment alone for htmx, the whole page otherwise: a form shown again with what was typed."""
    return await changed(actor, case_id, request, template if wants_fragment(request) else "cases/show.html", **context)
