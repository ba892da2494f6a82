"""My second factor: set up with a QR code, new recovery codes, taken away. Source: issue 6, 1."""

from datetime import datetime
from typing import Annotated, Any

import segno
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from markupsafe import Markup

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.authentication.recovery_codes import codes_left
from app.domain.authentication.second_factor import (
    Offer,
    is_obligatory,
    must_set_up,
    new_offer,
    renew_recovery_codes,
    same_offer,
    set_up,
    take_away,
)
from app.domain.authentication.second_factor_login import factor_since, has_second_factor
from app.domain.authentication.totp import authenticator_link, in_groups
from app.routes import guards
from app.routes.forms import Form
from app.routes.login.destination import destination_asked, own_destination
from app.routes.middleware.client_address import network_of
from app.routes.redisplay import Handler, Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]
PATH = "/profil/double-authentification"
_SEALED = 400


@get(PATH)
async def show_factor(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime], next_path: Next = ""
) -> Response[Any]:
    """What changes one asks for its code; where there is none, a login too old is not enough to set one up."""
    if not await has_second_factor(actor.id):
        guards.require_proof(request.auth, now)
    return await _factor_page(request, actor, new_offer(actor), next_path)


async def _factor_page(request: Req, actor: Actor, offer: Offer, next_path: str = "", **context: Any) -> Response[Any]:
    """Where there is none yet, the offer of one."""
    return page(
        "profile/second_factor.html",
        since=await factor_since(actor.id),
        left=await codes_left(actor.id),
        obliged=must_set_up(actor, request.auth),
        obligatory=is_obligatory(actor),
        keeps_platform=actor.role == PlatformRole.ADMIN,
        offer=offer,
        groups=in_groups(offer.secret),
        picture=_picture(authenticator_link(offer.secret, actor.address)),
        next_path=destination_asked(next_path),
        **context,
    )


def _picture(link: str) -> Markup:
    """Inline: no address of ours shows a secret. The page says in words what it is."""
    drawn = segno.make(link, error="l", micro=False)
    return Markup(drawn.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=False))  # noqa: S704 # nosec B704


def _read_offer(actor: Actor, form: Form) -> Offer | None:
    return same_offer(actor, form.typed("cle")[:_SEALED])


async def _show_offer_again(refusal: Refusal, request: Req, actor: Actor, form: Form) -> Response[Any]:
    """The same QR code: the person may have scanned it already."""
    offer = _read_offer(actor, form) or new_offer(actor)
    return await _factor_page(request, actor, offer, form.typed("next"), errors=_say_beside("code", refusal))


def _show_again(field: str) -> Handler:
    async def show(refusal: Refusal, request: Req, actor: Actor) -> Response[Any]:
        return await _factor_page(request, actor, new_offer(actor), errors=_say_beside(field, refusal))

    return show


def _say_beside(field: str, refusal: Refusal) -> dict[str, str]:
    """The domain says « code » of each of the three fields."""
    return {field: next(iter(refusal.fields.values()), refusal.message)}


@post(PATH, guards=[guards.proved])
@redisplay(_show_offer_again)
async def set_up_factor(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    offer = _read_offer(actor, form)
    codes = await set_up(actor, request.auth, offer, code=form.text("code", most=20), now=now)
    return _codes_page(codes, form.typed("next"))


@post(f"{PATH}/codes")
@redisplay(_show_again("code"))
async def renew_codes(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    code = form.text("code", most=20)
    return _codes_page(await renew_recovery_codes(actor, code=code, network=network_of(request), now=now))


@post(f"{PATH}/retrait")
@redisplay(_show_again("code-de-retrait"))
async def take_factor_away(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    code = form.text("code-de-retrait", most=40)
    await take_away(actor, request.auth, code=code, network=network_of(request), now=now)
    return tell(see("/profil"), "double-retiree")


def _codes_page(codes: list[str], next_path: str = "") -> Response[Any]:
    """The answer to the post itself: read once, kept nowhere."""
    return page("profile/recovery_codes.html", codes=codes, next_path=own_destination(next_path))
