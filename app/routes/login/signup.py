"""Asking for an account: public; the page that follows is the same whatever the address. Source: features.md P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.signup.request import REASON_LENGTH, STRUCTURE_LENGTH, Asked, ask_for_account, organisations_offered
from app.domain.teams.areas import all_areas
from app.routes.forms import Form
from app.routes.identity_fields import identity_in
from app.routes.middleware.authentication import name_browser
from app.routes.middleware.client_address import network_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see

Req = Request[Any, Any, Any]
FIELDS = ("prenom", "nom", "adresse", "fonction", "telephone", "organisme", "departement", "structure", "motif")
OTHER = "autre"


@get("/inscription")
async def show_signup_form(request: Req) -> Response[Any]:
    return await _form_page(request, dict.fromkeys(FIELDS, ""))


async def _form_page(request: Req, typed: dict[str, str], **context: Any) -> Response[Any]:
    areas = [{"id": area.code, "name": area.listed} for area in await all_areas()]
    organisations = [*await organisations_offered(), {"id": OTHER, "name": "Autre, ou je ne sais pas"}]
    return name_browser(
        request, page("arrivals/signup.html", typed=typed, areas=areas, organisations=organisations, **context)
    )


async def _show_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    typed = {name: form.typed(name) for name in FIELDS}
    return await _form_page(request, typed, errors=refusal.one_field("prenom"))


@post("/inscription")
@redisplay(_show_again)
async def ask_to_sign_up(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    asked = Asked(
        address=form.text("adresse", most=254),
        **identity_in(form),
        organisation=form.number("organisme"),
        area=form.text("departement"),
        structure=form.text("structure", most=STRUCTURE_LENGTH),
        reason=form.text("motif", most=REASON_LENGTH),
    )
    await ask_for_account(asked, network=network_of(request), now=now)
    return see("/inscription/envoyee")


@get("/inscription/envoyee")
async def show_signed_up() -> Response[Any]:
    return page("arrivals/signed_up.html")
