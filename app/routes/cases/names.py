"""The names proposed after « @ » in the form of a message (app/static/names.js)."""

from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.message_fields import READERS_FIELD, parse_readership
from app.domain.cases.thread.offered_names import list_offered_names
from app.routes.query_params import QueryParams


@get("/demandes/{case_id:uuid}/noms")
async def send_names(
    request: Request[Any, Any, Any], actor: NamedDependency[Actor], case_id: FromPath[UUID]
) -> dict[str, list[str]]:
    """« lecteurs » has the value of the form. Reading the names opens nothing."""
    readership = parse_readership(QueryParams(request.query_params).read_text(READERS_FIELD))
    return {"noms": await list_offered_names(actor, case_id, readership)}
