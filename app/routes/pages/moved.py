"""Former addresses, of before the release of 2026-11-27, redirect to the new ones with their method, query and form.

To be removed in the next release. Each is under the router of its new address, so that it has the same guard.

Source: RFC 9110, 15.4.9.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from litestar import Request, route
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from app.routes import guards

Req = Request[Any, Any, Any]
NEW = "new_address"
"""Option of a handler: the address that it redirects to."""
_PARAMETER = re.compile(r"\{(\w+):\w+\}")


async def redirect_page(request: Req) -> Redirect:
    new = request.route_handler.opt[NEW]
    path = _PARAMETER.sub(lambda found: quote(str(request.path_params[found[1]]), safe=""), new)
    query = request.scope["query_string"].decode("ascii", "ignore")
    return Redirect(f"{path}?{query}" if query else path, status_code=308)


def _moved(old: str, new: str, methods: Sequence[HttpMethod] = (HttpMethod.GET,)) -> HTTPRouteHandler:
    handler: HTTPRouteHandler = route(old, http_method=methods, opt={NEW: new})(redirect_page)
    return handler


_POST = (HttpMethod.POST,)
PUBLIC = [
    _moved("/lettres/{link:str}", "/mails/{link:str}", guards.READ_METHODS),
    _moved("/lettres/{link:str}/arret", "/mails/{link:str}/arret", guards.READ_METHODS),
    _moved("/lettres/{link:str}", "/mails/{link:str}", _POST),
]
PERSON = [
    _moved("/profil/lettres", "/profil/mails", _POST),
    _moved("/brouillons/{draft_id:uuid}/mandat/texto", "/brouillons/{draft_id:uuid}/mandat/sms"),
]
GALLERY = [
    _moved("/galerie/lettres", "/galerie/mails"),
    _moved("/galerie/lettres/{kind:str}", "/galerie/mails/{kind:str}"),
]
MAILBOX = [_moved("/demo/courrier", "/demo/mails"), _moved("/demo/courrier.json", "/demo/mails.json")]
HANDLERS = [*PUBLIC, *PERSON, *GALLERY, *MAILBOX]
