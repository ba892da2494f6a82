"""The second factor of the actor's account: set up with a QR code, new recovery codes, removal. Source: issue 6, 1."""

from datetime import datetime
from typing import Annotated, Any

import segno
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from markupsafe import Markup

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.authentication.recovery_codes import count_codes_left
from app.domain.authentication.second_factor import (
    SetupOffer,
    complete_factor_setup,
    decrypt_setup_offer,
    is_factor_required,
    make_setup_offer,
    must_set_up_factor,
    remove_factor,
    renew_recovery_codes,
)
from app.domain.authentication.stored_factor import find_factor_since, has_second_factor
from app.domain.authentication.totp import build_authenticator_url, format_secret
from app.routes import guards
from app.routes.forms import Form
from app.routes.login.destination import resolve_asked_destination, resolve_destination
from app.routes.middleware.client_address import read_client_network
from app.routes.redisplay import Handler, Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]
PATH = "/profil/double-authentification"
_MAX_OFFER_LENGTH = 400


@get(PATH)
async def show_factor(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime], next_path: Next = ""
) -> Response[Any]:
    """Changing a factor requires its code. Without a factor, a recent login is required instead."""
    if not await has_second_factor(actor.id):
        guards.check_recent_login(request.auth, now)
    return await _build_factor_page(request, actor, make_setup_offer(actor), next_path)


async def _build_factor_page(
    request: Req, actor: Actor, offer: SetupOffer, next_path: str = "", **context: Any
) -> Response[Any]:
    """offer is shown when there is no factor yet."""
    return build_page(
        "profile/second_factor.html",
        since=await find_factor_since(actor.id),
        left=await count_codes_left(actor.id),
        obliged=must_set_up_factor(actor, request.auth),
        obligatory=is_factor_required(actor),
        keeps_platform=actor.role == PlatformRole.ADMIN,
        offer=offer,
        groups=format_secret(offer.secret),
        picture=_draw_qr_code(build_authenticator_url(offer.secret, actor.address)),
        next_path=resolve_asked_destination(next_path),
        **context,
    )


def _draw_qr_code(link: str) -> Markup:
    """Inline SVG: an image would have an address that reveals the secret. The page describes it in words."""
    drawn = segno.make(link, error="l", micro=False)
    return Markup(drawn.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=False))  # noqa: S704 # nosec B704


def _read_offer(actor: Actor, form: Form) -> SetupOffer | None:
    return decrypt_setup_offer(actor, form.read_as_typed("cle")[:_MAX_OFFER_LENGTH])


async def _show_offer_again(refusal: Refusal, request: Req, actor: Actor, form: Form) -> Response[Any]:
    """The same offer again, since the person may have scanned its QR code."""
    offer = _read_offer(actor, form) or make_setup_offer(actor)
    return await _build_factor_page(
        request, actor, offer, form.read_as_typed("next"), errors=_say_beside("code", refusal)
    )


def _set_factor_redisplay(field: str) -> Handler:
    async def show(refusal: Refusal, request: Req, actor: Actor) -> Response[Any]:
        return await _build_factor_page(request, actor, make_setup_offer(actor), errors=_say_beside(field, refusal))

    return show


def _say_beside(field: str, refusal: Refusal) -> dict[str, str]:
    """The domain names each of the three fields « code »: its error is put beside the posted field."""
    return {field: next(iter(refusal.fields.values()), refusal.message)}


@post(PATH, guards=[guards.require_recent_login])
@redisplay(_show_offer_again)
async def set_up_factor(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    offer = _read_offer(actor, form)
    codes = await complete_factor_setup(actor, request.auth, offer, code=form.read_text("code", max_length=20), now=now)
    return _build_codes_page(codes, form.read_as_typed("next"))


@post(f"{PATH}/codes")
@redisplay(_set_factor_redisplay("code"))
async def renew_codes(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    code = form.read_text("code", max_length=20)
    return _build_codes_page(
        await renew_recovery_codes(actor, code=code, network=read_client_network(request), now=now)
    )


@post(f"{PATH}/retrait")
@redisplay(_set_factor_redisplay("code-de-retrait"))
async def remove_own_factor(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    code = form.read_text("code-de-retrait", max_length=40)
    await remove_factor(actor, request.auth, code=code, network=read_client_network(request), now=now)
    return flash(redirect_after_post("/profil"), "double-retiree")


def _build_codes_page(codes: list[str], next_path: str = "") -> Response[Any]:
    """The codes are in the answer to the POST itself: they are shown once and stored nowhere in clear."""
    return build_page("profile/recovery_codes.html", codes=codes, next_path=resolve_destination(next_path))
