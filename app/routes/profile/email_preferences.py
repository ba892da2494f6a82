"""Choosing when one's letters leave, from a letter, without signing in. GET shows, POST acts. Source: RFC 8058.

A mail provider's one press carries no cookie and so no form token: the link is signed, for this and nothing else.
"""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath

from app.domain.email.preferences import choose_times, chosen_times, holder_of, want_fewest
from app.routes.forms import Form, read_form
from app.routes.middleware.authentication import name_browser
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.text.labels import LETTER_TIMES

Req = Request[Any, Any, Any]


@route(["/mails/{link:str}", "/mails/{link:str}/arret"], http_method=["GET", "HEAD"])
async def show_choice(request: Req, link: FromPath[str]) -> Response[Any]:
    return await _choice_page(request, link)


async def _choice_page(request: Req, link: str, **context: Any) -> Response[Any]:
    choice = await chosen_times(await holder_of(link))
    values = {"link": link, "times": LETTER_TIMES, "choice": choice, **context}
    return name_browser(request, page("profile/letters.html", **values))


async def _show_again(refusal: Refusal, request: Req, link: str, form: Form) -> Response[Any]:
    return await _choice_page(request, link, errors=refusal.fields, choice=form.typed("mails"))


@post("/mails/{link:str}")
@redisplay(_show_again)
async def choose_from_letter(
    request: Req, link: FromPath[str], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await choose_times(await holder_of(link), form.text("mails"), now)
    return tell(see(f"/mails/{link}"), "mails")


@post(["/mails/{link:str}/arret", "/lettres/{link:str}/arret"], opt={"csrf": "none"})
async def stop_in_one_press(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    """The provider sends the one field that the RFC fixes; anything else is no unsubscription.

    Mails sent before the release of 2026-11-27 name the second address, and RFC 8058 (3.1) forbids to redirect it.
    """
    if (await read_form(request)).get("List-Unsubscribe") != "One-Click":
        raise ClientException
    await want_fewest(await holder_of(link), now)
    answer = await _choice_page(request, link)
    answer.status_code = 200
    return answer
