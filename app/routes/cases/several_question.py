"""The page that asks before a gesture on several cases: which ones, to whom, and which emails leave."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.listing import load_rows_by_id
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.lifecycle.several_choices import (
    SeveralChoices,
    load_answerable_choices,
    load_colleague_choices,
    load_team_choices,
)
from app.domain.errors import DomainError, TooManyRequests
from app.routes.cases.list_filters import build_query, is_compact, read_filters
from app.routes.deps import load_page_actor
from app.routes.forms import Form
from app.routes.redisplay import describe_refusal
from app.routes.respond import build_page
from app.text.labels.several import SEVERAL_QUESTION, Gesture, format_cases

Req = Request[Any, Any, Any]
QUESTIONS: dict[Gesture, Callable[[Actor, list[UUID]], Awaitable[SeveralChoices[Any]]]] = {
    Gesture.GIVE: load_colleague_choices,
    Gesture.TRANSFER: load_team_choices,
    Gesture.SET_ASIDE: load_answerable_choices,
}


async def build_question(
    request: Req, gesture: Gesture, form: Form, now: datetime, errors: dict[str, str] | None = None
) -> Response[Any]:
    """Raises Invalid without a ticked case."""
    actor = await load_page_actor(request, now)
    found = await QUESTIONS[gesture](actor, form.read_uuids("demande"))
    rows = await load_rows_by_id(actor, [*found.possible, *found.left], now)
    shown = [rows[case_id] for case_id in found.possible if case_id in rows]
    return build_page(
        "cases/several.html",
        gesture=gesture,
        title=SEVERAL_QUESTION[gesture].format(format_cases(len(shown))),
        rows=shown,
        left=describe_left(found.left, rows),
        choices=found.choices,
        agents=sorted({row.author for row in shown}),
        query=build_query(read_filters(request), compact=is_compact(request)),
        form=form,
        errors=errors or {},
    )


def describe_left(left: dict[UUID, DomainError], rows: dict[UUID, CaseRow]) -> list[tuple[CaseRow | None, str]]:
    """The row of each, and why. No row for a case that the person may not read."""
    return [(rows.get(case_id), _describe_reason(refused)) for case_id, refused in left.items()]


def _describe_reason(refused: DomainError) -> str:
    if isinstance(refused, TooManyRequests):
        return describe_refusal(refused).message
    return str(refused)
