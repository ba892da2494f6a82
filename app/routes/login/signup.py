"""Asking for an account, without logging in. The next page is the same for every address. Source: features.md P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.signup.request import (
    MAX_REASON_LENGTH,
    MAX_TEAM_NAME_LENGTH,
    SignupForm,
    request_account,
)
from app.domain.teams.areas import list_areas
from app.domain.teams.organisation_choices import list_organisations
from app.routes.forms import Form
from app.routes.identity_fields import read_identity
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.middleware.client_address import read_client_network
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, redirect_after_post

Req = Request[Any, Any, Any]
FIELDS = ("prenom", "nom", "adresse", "fonction", "telephone", "organisme", "departement", "structure", "motif")
OTHER_ORGANISATION = "autre"


@get("/inscription")
async def show_signup_form(request: Req) -> Response[Any]:
    return await _build_form_page(request, dict.fromkeys(FIELDS, ""))


async def _build_form_page(request: Req, typed: dict[str, str], **context: Any) -> Response[Any]:
    areas = [{"id": area.code, "name": area.code_and_name} for area in await list_areas()]
    organisations = [*await list_organisations(), {"id": OTHER_ORGANISATION, "name": "Autre, ou je ne sais pas"}]
    return set_browser_cookie(
        request, build_page("arrivals/signup.html", typed=typed, areas=areas, organisations=organisations, **context)
    )


async def _show_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    typed = {name: form.read_as_typed(name) for name in FIELDS}
    return await _build_form_page(request, typed, errors=refusal.one_field("prenom"))


@post("/inscription")
@redisplay(_show_again)
async def send_signup_request(
    request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    asked = SignupForm(
        address=form.read_text("adresse", max_length=254),
        **read_identity(form),
        organisation=form.read_number("organisme"),
        area=form.read_text("departement"),
        team_name=form.read_text("structure", max_length=MAX_TEAM_NAME_LENGTH),
        reason=form.read_text("motif", max_length=MAX_REASON_LENGTH),
    )
    await request_account(asked, network=read_client_network(request), now=now)
    return redirect_after_post("/inscription/envoyee")


@get("/inscription/envoyee")
async def show_request_sent() -> Response[Any]:
    return build_page("arrivals/signed_up.html")
