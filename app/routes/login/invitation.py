"""The page of an invitation. POST creates the account and sends a login link, but opens no session.

A person who already has an account accepts in app/routes/profile/invitations.py.
"""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.signup.acceptance import LOGIN_LINK_STATES, InvitationOffer, InvitationState, accept_by_link, load_offer
from app.routes.login.session_start import read_requester
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.profile.invitations import PATH as OWN
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, redirect_after_post

Req = Request[Any, Any, Any]
_OPEN_STATES = (InvitationState.READY, InvitationState.ACCOUNT)


@route("/invitations/{link:str}", http_method=["GET", "HEAD"])
async def show_invitation(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    return _build_invitation_page(request, link, await load_offer(link, now))


def _build_invitation_page(request: Req, link: str, offer: InvitationOffer, **context: Any) -> Response[Any]:
    answer = build_page("arrivals/invitation.html", link=link, offer=offer, **context)
    answer.status_code = 200 if offer.state in _OPEN_STATES else 410
    return set_browser_cookie(request, answer)


async def _show_again(refusal: Refusal, request: Req, link: str, now: datetime) -> Response[Any]:
    return _build_invitation_page(request, link, await load_offer(link, now), errors={"bouton": refusal.message})


@post("/invitations/{link:str}")
@redisplay(_show_again)
async def accept_invitation(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    offer = await accept_by_link(link, **read_requester(request), now=now, answer_path=OWN)
    return (
        redirect_after_post("/login/lien-envoye")
        if offer.state in LOGIN_LINK_STATES
        else _build_invitation_page(request, link, offer)
    )
