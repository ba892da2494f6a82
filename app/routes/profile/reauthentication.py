"""« Confirmez que c’est vous »: required before identity settings change. Source: ASVS 5.0, 7.5.1."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.accounts.actor import Actor
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.password_login import LONGEST_PASSWORD
from app.domain.authentication.reauthentication import ProofKind, find_proof_kind, has_recent_proof, reauthenticate
from app.routes.forms import Form
from app.routes.login.destination import resolve_destination
from app.routes.login.session_start import read_requester
from app.routes.middleware.authentication import make_session_cookie, renew_browser_cookie
from app.routes.middleware.client_address import read_client_network
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, redirect_after_post

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]
PATH = "/profil/confirmation"


@get(PATH)
async def show_reauthentication(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime], next_path: Next = ""
) -> Response[Any]:
    if has_recent_proof(request.auth, now):
        return redirect_after_post(resolve_destination(next_path))
    return await _build_reauthentication_page(actor, next_path)


async def _build_reauthentication_page(actor: Actor, next_path: str, **context: Any) -> Response[Any]:
    proof, next_path = await find_proof_kind(actor), resolve_destination(next_path)
    shown = {"proof": proof, "address": actor.address, "next_path": next_path, "asked": "", **context}
    return build_page("profile/proof.html", **shown)


async def _name_field(actor: Actor) -> ProofKind:
    return ProofKind.CODE if await find_proof_kind(actor) == ProofKind.CODE else ProofKind.PASSWORD


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _build_reauthentication_page(
        actor, form.read_as_typed("next"), errors=refusal.one_field(await _name_field(actor))
    )


@post(PATH)
@redisplay(_show_again)
async def confirm_identity(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    typed = form.read_text(await _name_field(actor), max_length=LONGEST_PASSWORD)
    token = await reauthenticate(actor, request.auth, typed, read_client_network(request), now)
    answer = redirect_after_post(resolve_destination(form.read_as_typed("next")))
    if token:
        answer.set_cookie(make_session_cookie(token, remember=request.auth.remember))
    return answer


async def _show_link_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _build_reauthentication_page(actor, form.read_as_typed("next"), asked=refusal.message)


@post(f"{PATH}/lien")
@redisplay(_show_link_again)
async def request_confirmation_link(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    """An ordinary login link: followed in this browser, it replaces the session."""
    await request_login_link(
        actor.address,
        **read_requester(request),
        remember=False,
        next_path=resolve_destination(form.read_as_typed("next")),
        typed_here=True,
        now=now,
    )
    return renew_browser_cookie(request, redirect_after_post("/login/lien-envoye"))
