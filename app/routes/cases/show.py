"""The page of a case, and what its fragments need."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app import labels
from app.domain.accounts.actor import Actor, Side
from app.domain.attachments.reading import attachments_of, waiting_with
from app.domain.cases.answers import took_charge
from app.domain.cases.closure import CHOICES
from app.domain.cases.correction import changeable
from app.domain.cases.detail import load_detail
from app.domain.cases.facts import readable_case, visible_case
from app.domain.cases.message_draft import kept
from app.domain.cases.reading import note_reading, open_case, readers
from app.domain.cases.statuses import Status
from app.domain.cases.survey import QUESTIONS, already_answered
from app.domain.cases.thread import read_marks, read_thread
from app.domain.permissions import Action, CaseFacts, actions_for, side_of
from app.domain.teams.phrases import phrases_for
from app.routes import access
from app.routes.deps import provide_now
from app.routes.respond import page, see, wants_fragment

Req = Request[Any, Any, Any]
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
    """The author of a draft is led to it."""
    if (await visible_case(actor, case_id)).status == Status.DRAFT:
        return see(f"/brouillons/{case_id}/verification")
    return await case_page(actor, await open_case(actor, case_id, now), now)


async def case_page(actor: Actor, case: CaseFacts, now: datetime, **context: Any) -> Response[Any]:
    return page("cases/show.html", **{**await case_context(actor, case, now), **context})


async def case_context(actor: Actor, case: CaseFacts, now: datetime) -> dict[str, Any]:
    """Everything the page and any of its fragments name. `typed` and `conflict` are a refused message's.

    Whatever shows the case passes here, so that the trail knows.
    """
    await note_reading(actor, case.id, now)
    entries = await read_thread(actor, case)
    return {
        "actor": actor,
        "now": now,
        "case": await load_detail(case, now),
        "allowed": actions_for(actor, case),
        "entries": entries,
        "last_event": entries[-1].event_id if entries else 0,
        "mine": await took_charge(actor, case),
        "gestures": gestures_of(actions_for(actor, case)),
        "changeable": await changeable(actor, case),
        "read_by": read_marks(entries, await readers(actor, case.id)),
        "apart_allowed": side_of(actor, case) == Side.REFERENT,
        "attachments": await attachments_of(actor, case),
        "waiting": await waiting_with(actor, case.id),
        "phrases": await phrases_for(actor, case),
        "surveyed": case.closed_by == actor.id and await already_answered(case.id),
        "signature": actor.signature,
        **blank_reply(),
        **await _kept_reply(actor, case),
        **closure_labels(),
    }


async def _kept_reply(actor: Actor, case: CaseFacts) -> dict[str, Any]:
    found = await kept(actor, case)
    return {"typed": found.body, "apart": found.apart, "kept_at": found.saved_at}


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


async def changed(actor: Actor, case_id: UUID, request: Req, template: str, **context: Any) -> Response[Any]:
    """A fragment of the page as it now is."""
    case = await readable_case(actor, case_id)
    now = await provide_now(request.app.state)
    return page(template, **{**await case_context(actor, case, now), **context})


async def again(actor: Actor, case_id: UUID, request: Req, template: str, **context: Any) -> Response[Any]:
    """The fragment alone for htmx, the whole page otherwise: a form shown again with what was typed."""
    return await changed(actor, case_id, request, template if wants_fragment(request) else "cases/show.html", **context)
