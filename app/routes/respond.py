"""Building responses: a page, or its fragment for htmx. The only reader of HX-* headers.

A firewall may strip these headers. So a request also has a flag in its address (app/static/sending.js), which the
AllowedHosts middleware removes before anything reads the address. A response also has standard headers: Location of a
204, Content-Location. Pages opened before the release of 2026-11-26 need HX-*.
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
    """Moves the flag from the address to the state, so that no link and no log contains it."""
    asked = scope["query_string"]
    scope["state"]["fragment"] = _FRAGMENT_FLAG.search(asked) is not None
    scope["query_string"] = _FRAGMENT_FLAG.sub(b"", asked).lstrip(b"&")


def add_fragment_flag(location: bytes) -> bytes:
    """Adds the flag to an address of ours: a script that follows a redirection still gets a fragment."""
    path, hash_sign, place = location.partition(b"#")
    return path + (b"&" if b"?" in path else b"?") + b"fragment=1" + hash_sign + place


def wants_fragment(request: Request[Any, Any, Any]) -> bool:
    """htmx 4 sends « partial » when it will swap a region, « full » when it wants a page."""
    return request.headers.get("hx-request-type") == "partial" or bool(request.state.get("fragment"))


def build_page(name: str, *, status: int = 200, **context: Any) -> Template:
    """A template with its context. `errors` is always in it: field name -> what to correct.

    No cache stores it (app/routes/middleware/security_headers.py), so none can return a fragment as a page.
    """
    context.setdefault("errors", {})
    return Template(template_name=name, context=context, status_code=status, media_type=MediaType.HTML)


def build_form_notice(said: str, status: int, **context: Any) -> Template:
    """A sentence beside a form that htmx has sent; the page and its texts stay. said is the template of the sentence.

    app/static/sending.js creates the place that errors/beside.html names.
    """
    answer = build_page("errors/beside.html", status=status, said=said, **context)
    answer.headers.update({"HX-Retarget": "find [data-sending]", "HX-Reswap": "innerHTML"})
    return answer


def redirect_after_post(path: str) -> Redirect:
    """303, so that reloading the next page posts nothing again."""
    return Redirect(path, status_code=303)


def read_requested_path(request: Request[Any, Any, Any]) -> str:
    """Path and query."""
    query = request.scope["query_string"].decode("ascii", "ignore")
    return f"{request.scope['path']}?{query}" if query else str(request.scope["path"])


def read_last_segment(request: Request[Any, Any, Any]) -> str:
    """Says which button was pressed, where one handler has several addresses."""
    return str(request.scope["path"]).rsplit("/", 1)[1]


def redirect_whole_page(request: Request[Any, Any, Any], path: str, notice: str = "") -> Response[Any]:
    """For a POST that changes more than one region: htmx loads the whole page at `path`."""
    there = {"HX-Redirect": path, "Location": path}
    answer = Response(None, status_code=204, headers=there) if wants_fragment(request) else redirect_after_post(path)
    return flash(answer, notice) if notice else answer


def set_pushed_url(request: Request[Any, Any, Any], answer: Response[Any], path: str) -> Response[Any]:
    """htmx shows the address of the page that it has put into the open one (app/static/draft.js)."""
    if wants_fragment(request):
        answer.headers.update({"HX-Push-Url": path, "Content-Location": path})
    return answer


def build_cookie_name(name: str) -> str:
    """With https, the prefix prevents another host or path from setting the cookie."""
    return f"__Host-{name}" if settings.over_https else name


FLASH_COOKIE = build_cookie_name("aplus_avis")


def make_cookie(name: str, value: str, *, max_age: int | None) -> Cookie:
    """Scripts cannot read it, and other sites cannot send it with a form. max_age is in seconds; 0 deletes it."""
    return Cookie(
        key=name, value=value, max_age=max_age, path="/", httponly=True, secure=settings.over_https, samesite="lax"
    )


def flash(response: ResponseT, notice: str) -> ResponseT:
    """Shows a notice (a key of NOTICES) on the next page, once (app/routes/middleware/security_headers.py)."""
    response.set_cookie(make_cookie(FLASH_COOKIE, notice, max_age=60))
    return response
