"""What the whole page of a case shows, and none of its fragments."""

from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.lookalikes.find_lookalikes import compare_case
from app.domain.cases.page.load import CasePage
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.presence import load_others_present


async def add_whole_page(
    actor: Actor, case: CaseFacts, context: dict[str, Any], request: Request[Any, Any, Any]
) -> None:
    """Who else is on the page, and how many other cases are of this citizen."""
    context["presence"] = await load_others_present(actor, case, request.app.state.presence.list_present(case.id))
    sheet: CasePage = context["sheet"]
    context["others"] = len(await compare_case(actor, case.id, sheet.case.citizen, sheet.case.details, sheet.linked))
