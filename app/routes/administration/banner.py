"""The banner of every page: its text, its kind, and when it is shown. Source: features.md P9."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.errors import Invalid
from app.domain.platform.state import LONGEST_BANNER, Banner, BannerKind, PlatformState, remove_banner, show_banner
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text import formats
from app.text.labels.platform import BANNER

Req = Request[Any, Any, Any]
PATH = "/administration/bandeau"
_UNREADABLE_MOMENT = "Saisissez une date et une heure comme 2026-11-24T08:30, ou laissez vide."


def _build_banner_page(request: Req, typed: dict[str, str], errors: dict[str, str]) -> Response[Any]:
    platform: PlatformState = request.state.platform
    kinds = [{"value": kind.value, "label": label} for kind, label in BANNER.items()]
    return build_page("administration/banner.html", kept=platform.banner, kinds=kinds, typed=typed, errors=errors)


@get(PATH)
async def show_banner_form(request: Req, actor: NamedDependency[Actor]) -> Response[Any]:
    require_duty(actor, Duty.RUN_PLATFORM)
    kept: Banner = request.state.platform.banner
    begin, end = formats.format_time_field(kept.shown_from), formats.format_time_field(kept.shown_until)
    return _build_banner_page(request, {"texte": kept.text, "genre": kept.kind, "debut": begin, "fin": end}, {})


async def _show_again(refusal: Refusal, request: Req, form: Form) -> Response[Any]:
    return _build_banner_page(
        request, {name: form.read_as_typed(name) for name in ("texte", "genre", "debut", "fin")}, refusal.fields
    )


@post(PATH)
@redisplay(_show_again)
async def change_banner(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    require_duty(actor, Duty.RUN_PLATFORM)
    if form.has_field("retirer"):
        await remove_banner(actor, now)
        return flash(redirect_after_post(PATH), "bandeau-retire")
    await show_banner(actor, _read_banner(form), now)
    return flash(redirect_after_post(PATH), "bandeau")


def _read_banner(form: Form) -> Banner:
    text = form.read_text("texte", max_length=LONGEST_BANNER)
    moments = {name: formats.parse_local_time(form.read_as_typed(name)) for name in ("debut", "fin")}
    wrong = {
        name: _UNREADABLE_MOMENT for name, read in moments.items() if read is None and form.read_as_typed(name).strip()
    }
    if wrong:
        raise Invalid(**wrong)
    kind = BannerKind.WARNING if form.read_as_typed("genre") == BannerKind.WARNING else BannerKind.INFO
    return Banner(text, kind, moments["debut"], moments["fin"])
