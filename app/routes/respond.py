"""A page or the fragment of it that changed: the only reader of HX-* headers.

A firewall may strip them. What is asked says the same in its address (app/static/sending.js), and FrontDoor takes
that mark away before anything reads the address. What is answered says the same in standard headers: Location of a 204,
Content-Location. The HX-* ones are for pages that were open before the release of 2026-11-26.
"""

import re
from typing import Any, TypeVar

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template
from litestar.types import Scope

from app.settings import settings

ResponseT = TypeVar("ResponseT", bound=Response[Any])


_FRAGMENT_FLAG = re.compile(rb"(?:^|&)fragment=1(?=&|$)")


def take_fragment_flag(scope: Scope) -> None:
    """The mark in the address, as a fact about the request: no link, no trail and no address written down shows it."""
    asked = scope["query_string"]
    scope["state"]["fragment"] = _FRAGMENT_FLAG.search(asked) is not None
    scope["query_string"] = _FRAGMENT_FLAG.sub(b"", asked).lstrip(b"&")


def add_fragment_flag(location: bytes) -> bytes:
    """The same address of ours with the mark: a script that follows a redirection still asks for a fragment."""
    path, hash_sign, place = location.partition(b"#")
    return path + (b"&" if b"?" in path else b"?") + b"fragment=1" + hash_sign + place


def wants_fragment(request: Request[Any, Any, Any]) -> bool:
    """htmx 4 says « partial » when it will swap a region, « full » when it wants a page."""
    return request.headers.get("hx-request-type") == "partial" or bool(request.state.get("fragment"))


def build_page(name: str, *, status: int = 200, **context: Any) -> Template:
    """A template with its context. `errors` is always there: field name -> what to correct.

    It is kept nowhere (app/routes/middleware/security_headers.py): no cache can give a fragment for a page.
    """
    context.setdefault("errors", {})
    return Template(template_name=name, context=context, status_code=status, media_type=MediaType.HTML)


def build_form_notice(said: str, status: int, **context: Any) -> Template:
    """A sentence beside a form that htmx sent, whose page and words stay; said: its template.

    errors/beside.html names the place in the body; app/static/sending.js makes that place.
    """
    answer = build_page("errors/beside.html", status=status, said=said, **context)
    answer.headers.update({"HX-Retarget": "find [data-sending]", "HX-Reswap": "innerHTML"})
    return answer


def redirect_after_post(path: str) -> Redirect:
    """After a post: 303, so that reloading repeats nothing."""
    return Redirect(path, status_code=303)


def read_requested_path(request: Request[Any, Any, Any]) -> str:
    """What was asked for, with its query."""
    query = request.scope["query_string"].decode("ascii", "ignore")
    return f"{request.scope['path']}?{query}" if query else str(request.scope["path"])


def read_last_segment(request: Request[Any, Any, Any]) -> str:
    """The end of the address: which of its buttons was pressed, where one handler serves several."""
    return str(request.scope["path"]).rsplit("/", 1)[1]


def redirect_whole_page(request: Request[Any, Any, Any], path: str, notice: str = "") -> Response[Any]:
    """After a post that changes more than one region: the whole page at `path`, which htmx loads as a browser does."""
    there = {"HX-Redirect": path, "Location": path}
    answer = Response(None, status_code=204, headers=there) if wants_fragment(request) else redirect_after_post(path)
    return flash(answer, notice) if notice else answer


def set_pushed_url(request: Request[Any, Any, Any], answer: Response[Any], path: str) -> Response[Any]:
    """A page brought into an open one takes its address there (app/static/draft.js)."""
    if wants_fragment(request):
        answer.headers.update({"HX-Push-Url": path, "Content-Location": path})
    return answer


def build_cookie_name(name: str) -> str:
    """Under https a name that no other host or path can plant."""
    return f"__Host-{name}" if settings.over_https else name


FLASH_COOKIE = build_cookie_name("aplus_avis")


def make_cookie(name: str, value: str, *, max_age: int | None) -> Cookie:
    """Every cookie of ours: no script reads it, no other site sends it with a form. max_age 0 takes it away."""
    return Cookie(
        key=name, value=value, max_age=max_age, path="/", httponly=True, secure=settings.over_https, samesite="lax"
    )


def flash(response: ResponseT, notice: str) -> ResponseT:
    """Confirms an action on the page that follows; labels.NOTICES has the words. Shown once
    (app/routes/middleware/security_headers.py).
    """
    response.set_cookie(make_cookie(FLASH_COOKIE, notice, max_age=60))
    return response
