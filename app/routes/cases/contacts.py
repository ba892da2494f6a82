"""« Coordonnées »: how to call or to write to the people on the other side of a case."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.page.contacts import load_contacts
from app.routes.cases.actions import build_action_panel


@get("/demandes/{case_id:uuid}/coordonnees")
async def show_contacts(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], case_id: FromPath[UUID]
) -> Response[Any]:
    contacts = await load_contacts(actor, await load_readable_case(actor, case_id))
    return await build_action_panel(request, actor, case_id, "coordonnees", contacts=contacts)
