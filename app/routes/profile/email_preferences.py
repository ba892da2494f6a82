"""Choosing the email frequency from an email, without logging in. GET shows, POST acts. Source: RFC 8058.

The request of an email provider has no cookie, so no form token either: the link is signed for this use only.
"""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath

from app.domain.email.preferences import change_email_choices, load_email_choices, load_link_holder, unsubscribe
from app.routes.email_choices import build_choice_groups, read_choices_as_typed, read_email_choices
from app.routes.forms import Form, read_form
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@route(["/mails/{link:str}", "/mails/{link:str}/arret"], http_method=["GET", "HEAD"])
async def show_email_preferences(request: Req, link: FromPath[str]) -> Response[Any]:
    return await _build_preferences_page(request, link)


async def _build_preferences_page(request: Req, link: str, **context: Any) -> Response[Any]:
    holder = await load_link_holder(link)
    values = {"link": link, "choices": build_choice_groups(holder, await load_email_choices(holder)), **context}
    return set_browser_cookie(request, build_page("profile/letters.html", **values))


async def _show_again(refusal: Refusal, request: Req, link: str, form: Form) -> Response[Any]:
    choices = build_choice_groups(await load_link_holder(link), read_choices_as_typed(form))
    return await _build_preferences_page(request, link, errors=refusal.fields, choices=choices)


@post("/mails/{link:str}")
@redisplay(_show_again)
async def save_email_preferences(
    request: Req, link: FromPath[str], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await change_email_choices(await load_link_holder(link), read_email_choices(form), now)
    return flash(redirect_after_post(f"/mails/{link}"), "mails")


@post(["/mails/{link:str}/arret", "/lettres/{link:str}/arret"], opt={"csrf": "none"})
async def unsubscribe_in_one_click(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    """The body must be the one field of the RFC. Raises ClientException otherwise.

    Emails sent before the release of 2026-11-27 have the second address, and RFC 8058 (3.1) forbids to redirect it.
    """
    if (await read_form(request)).get("List-Unsubscribe") != "One-Click":
        raise ClientException
    await unsubscribe(await load_link_holder(link), now)
    answer = await _build_preferences_page(request, link)
    answer.status_code = 200
    return answer
