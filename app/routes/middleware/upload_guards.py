"""Guards of the routes that receive files: a person without the right is refused before a large body is read.

The domain checks the same rights again. A small body is read anyway, and the route shows its texts again; of a large
one, read_form_start (app/routes/forms.py) returns the first texts, never the files.

Source: security.md 0.3.
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
    """The actor's draft, or a case that they may write on. The route itself reports a Conflict."""
    if is_heavy(connection):
        params = connection.path_params
        case = await load_visible_case(connection.user, params.get("case_id") or params["draft_id"])
        with contextlib.suppress(Conflict):
            check_allowed(connection.user, case, Action.WRITE)


async def require_own_upload(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only the person who began the upload, until it is sent."""
    await load_upload(connection.user, connection.path_params["attachment_id"])


async def require_import_duty(connection: Connection, handler: BaseRouteHandler) -> None:
    require_duty(connection.user, Duty.IMPORT)
