"""« Confirmez que c’est vous »: asked before what proves who one is changes. Source: ASVS 5.0, 7.5.1."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.domain.accounts.actor import Actor
from app.domain.authentication.login_link import ask_for_link
from app.domain.authentication.password_login import LONGEST_PASSWORD
from app.domain.authentication.reauthentication import Proof, has_proved, proof_of, prove_again
from app.routes.forms import Form
from app.routes.login.destination import own_destination
from app.routes.login.entering import asker_of
from app.routes.middleware.authentication import keep_browser, session_cookie
from app.routes.middleware.client_address import network_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see

Req = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]
PATH = "/profil/confirmation"


@get(PATH)
async def show_proof(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime], next_path: Next = ""
) -> Response[Any]:
    if has_proved(request.auth, now):
        return see(own_destination(next_path))
    return await _proof_page(actor, next_path)


async def _proof_page(actor: Actor, next_path: str, **context: Any) -> Response[Any]:
    proof, next_path = await proof_of(actor), own_destination(next_path)
    shown = {"proof": proof, "address": actor.address, "next_path": next_path, "asked": "", **context}
    return page("profile/proof.html", **shown)


async def _name_field(actor: Actor) -> Proof:
    return Proof.CODE if await proof_of(actor) == Proof.CODE else Proof.PASSWORD


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _proof_page(actor, form.typed("next"), errors=refusal.one_field(await _name_field(actor)))


@post(PATH)
@redisplay(_show_again)
async def confirm(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    typed = form.text(await _name_field(actor), most=LONGEST_PASSWORD)
    token = await prove_again(actor, request.auth, typed, network_of(request), now)
    answer = see(own_destination(form.typed("next")))
    if token:
        answer.set_cookie(session_cookie(token, remember=request.auth.remember))
    return answer


async def _show_link_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _proof_page(actor, form.typed("next"), asked=refusal.message)


@post(f"{PATH}/lien")
@redisplay(_show_link_again)
async def ask_link(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    """A login like any other: followed in this browser, it takes the place of the session."""
    await ask_for_link(
        actor.address,
        **asker_of(request),
        remember=False,
        next_path=own_destination(form.typed("next")),
        now=now,
    )
    return keep_browser(request, see("/login/lien-envoye"))
