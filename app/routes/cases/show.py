"""The page of a case, and what its fragments need."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app import labels
from app.domain.accounts.actor import Actor, Side
from app.domain.cases.closure import CHOICES
from app.domain.cases.facts import readable_case, visible_case
from app.domain.cases.opening import OpenedCase, open_to
from app.domain.cases.readers import how_far, read_marks
from app.domain.cases.reading import latest_event, read_up_to
from app.domain.cases.sheet import Sheet, read_sheet
from app.domain.cases.statuses import Status
from app.domain.cases.survey_sums import QUESTIONS
from app.domain.permissions import Action, CaseFacts, actions_for, side_of
from app.routes import access
from app.routes.deps import provide_now
from app.routes.respond import page, see, wants_fragment

Req = Request[Any, Any, Any]
WHOLE = "entier"
GESTURES = {
    "transfert": Action.ANSWER,
    "organisme": Action.INVITE_TEAM,
    "complement": Action.COMPLETE,
    "collegues": Action.INVITE_COLLEAGUE,
    "expert": Action.INVITE_EXPERT,
    "retrait": Action.WITHDRAW,
}


@get("/demandes/{case_id:uuid}", guards=[access.signed_in])
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
        return page("cases/older.html", **{**context, "oob": True, "first": event_asked(request, "avant")})
    await read_up_to(actor, case, context["last_event"], context["read"], now)
    return page("cases/show.html", **context)


def event_asked(request: Req, name: str) -> int:
    """The event that an address names; 0 for whatever no event is."""
    asked = request.query_params.get(name) or ""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0


async def case_context(actor: Actor, case: OpenedCase, now: datetime, *, after: int | None = None) -> dict[str, Any]:
    """Everything the page and any of its fragments name. `typed` and `conflict` are a refused message's.

    after: as read_sheet's.
    """
    sheet = await read_sheet(actor, case, now, after=after)
    last_event = sheet.entries[-1].event_id if sheet.entries else latest_event(actor, case)
    return {**about_actor(actor, case, now), **about_case(actor, sheet), "last_event": last_event}


def about_actor(actor: Actor, case: CaseFacts, now: datetime) -> dict[str, Any]:
    """What follows from who looks."""
    allowed = actions_for(actor, case)
    return {
        "actor": actor,
        "now": now,
        "allowed": allowed,
        "gestures": gestures_of(allowed),
        "apart_allowed": side_of(actor, case) == Side.REFERENT,
        "signature": actor.signature,
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
        "kept_at": sheet.kept.saved_at,
    }


def gestures_of(allowed: frozenset[Action]) -> dict[str, str]:
    """The panels that the actor may open: the address's last part -> its words."""
    return {slug: labels.GESTURE[slug] for slug, action in GESTURES.items() if action in allowed}


def blank_reply() -> dict[str, Any]:
    return {
        "key": uuid4(),
        "typed": "",
        "conflict": "",
        "apart": False,
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
    actor: Actor, case_id: UUID, request: Req, template: str, *, after: int | None = None, **context: Any
) -> Response[Any]:
    """A fragment of the page as it now is."""
    now = await provide_now(request.app.state)
    case = await open_to(actor, await readable_case(actor, case_id), now)
    return page(template, **{**await case_context(actor, case, now, after=after), **context})


async def again(actor: Actor, case_id: UUID, request: Req, template: str, **context: Any) -> Response[Any]:
    """The fragment alone for htmx, the whole page otherwise: a form shown again with what was typed."""
    return await changed(actor, case_id, request, template if wants_fragment(request) else "cases/show.html", **context)
