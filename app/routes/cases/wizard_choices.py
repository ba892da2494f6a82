"""When a choice takes effect, and where « Modifier » returns to. Source: issue 14, B (14, 18)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from litestar import Request

from app.domain.cases.draft.draft import Draft
from app.routes.cases.form_saves import DROP_BUTTON, TAKE_BUTTON
from app.routes.forms import Form
from app.routes.query_params import QueryParams

_STAYING_BUTTONS = ("enregistrer", "rester-ici", "retirer", "retirer-piece", TAKE_BUTTON, DROP_BUTTON)
MISSING_LIST = "verification"
"""Origin of a person who came from the list of missing answers. With « Modifier », the origin is the name of the line.
"""
_MAX_ORIGIN_LENGTH = 60


def is_continuing(form: Form) -> bool:
    """True when « Continuer » was pressed: only then does a choice take effect."""
    return not any(form.has_field(name) for name in _STAYING_BUTTONS)


def find_shown_choice(
    pending: dict[str, str], name: str, items: Sequence[dict[str, Any]], chosen: int | None
) -> int | None:
    """The choice that waits for « Continuer ». `chosen` when none waits, or when it is not offered any more."""
    waiting = pending.get(name, "")
    return next((item["value"] for item in items if str(item["value"]) == waiting), chosen)


def read_origin(request: Request[Any, Any, Any], form: Form | None) -> str:
    """The origin on the check page, from the address or the form: a line, the list of missing answers, or empty."""
    said = form.read_as_typed("depuis-verification") if form else QueryParams(request.query_params).read_text("depuis")
    return said[:_MAX_ORIGIN_LENGTH]


def build_check_path(draft: Draft, came: str) -> str:
    return f"/brouillons/{draft.id}/verification" + ("" if came == MISSING_LIST else f"#ligne-{quote(came)}")


def add_origin(path: str, came: str) -> str:
    return f"{path}?depuis={quote(came)}" if came else path
