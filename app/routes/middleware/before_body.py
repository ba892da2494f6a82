"""Guards of the routes that take files: a person who may not send there is refused before a heavy body is read.

The rights are those that the verbs ask again. A light body is read all the same, and its words are given back by the
route; of a heavy one the first words are (forms.read_beginning), its files never. Source: security.md 0.3.
"""

import contextlib

from litestar.handlers import BaseRouteHandler

from app.domain.accounts.duties import Duty, require_duty
from app.domain.cases.access import check_allowed, load_visible_case
from app.domain.cases.attachments.upload import load_upload
from app.domain.cases.permissions import Action
from app.domain.errors import Conflict
from app.routes.forms import is_heavy
from app.routes.guards import Connection


async def require_case_writing(connection: Connection, handler: BaseRouteHandler) -> None:
    """Their draft, or a case that they may write on. A case that has moved on is the route's to say."""
    if is_heavy(connection):
        params = connection.path_params
        case = await load_visible_case(connection.user, params.get("case_id") or params["draft_id"])
        with contextlib.suppress(Conflict):
            check_allowed(connection.user, case, Action.WRITE)


async def require_own_upload(connection: Connection, handler: BaseRouteHandler) -> None:
    """Its uploader, until it is sent."""
    await load_upload(connection.user, connection.path_params["attachment_id"])


async def require_import_duty(connection: Connection, handler: BaseRouteHandler) -> None:
    require_duty(connection.user, Duty.IMPORT)
