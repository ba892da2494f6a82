"""The banner of every page: its words, its kind, from when until when. Source: features.md P9."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.errors import Invalid
from app.domain.platform.state import TEXT_LENGTH, Banner, BannerKind, PlatformState, remove_banner, show_banner
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.text import formats
from app.text.labels.platform import BANNER

Req = Request[Any, Any, Any]
PATH = "/administration/bandeau"
_UNREADABLE = "Saisissez une date et une heure comme 2026-11-24T08:30, ou laissez vide."


def _page(request: Req, typed: dict[str, str], errors: dict[str, str]) -> Response[Any]:
    platform: PlatformState = request.state.platform
    kinds = [{"value": kind.value, "label": label} for kind, label in BANNER.items()]
    return page("administration/banner.html", kept=platform.banner, kinds=kinds, typed=typed, errors=errors)


@get(PATH)
async def show_form(request: Req, actor: NamedDependency[Actor]) -> Response[Any]:
    require(actor, Duty.RUN_PLATFORM)
    kept: Banner = request.state.platform.banner
    begin, end = formats.moment_field(kept.shown_from), formats.moment_field(kept.shown_until)
    return _page(request, {"texte": kept.text, "genre": kept.kind, "debut": begin, "fin": end}, {})


async def _show_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    return _page(request, {name: form.typed(name) for name in ("texte", "genre", "debut", "fin")}, refusal.fields)


@post(PATH)
@redisplay(_show_again)
async def change_banner(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    require(actor, Duty.RUN_PLATFORM)
    if form.checked("retirer"):
        await remove_banner(actor, now)
        return tell(see(PATH), "bandeau-retire")
    await show_banner(actor, _typed(form), now)
    return tell(see(PATH), "bandeau")


def _typed(form: Form) -> Banner:
    text = form.text("texte", most=TEXT_LENGTH)
    moments = {name: formats.read_moment(form.typed(name)) for name in ("debut", "fin")}
    wrong = {name: _UNREADABLE for name, read in moments.items() if read is None and form.typed(name).strip()}
    if wrong:
        raise Invalid(**wrong)
    kind = BannerKind.WARNING if form.typed("genre") == BannerKind.WARNING else BannerKind.INFO
    return Banner(text, kind, moments["debut"], moments["fin"])
