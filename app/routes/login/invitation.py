"""An invitation's page: GET shows, POST makes the account and sends a login link to the invited address. No session.

A person who has an account already answers on the page of app/routes/profile/invitations.py.
"""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.signup.acceptance import WITH_LOGIN_LINK, InvitationState, Offer, accept, look_at
from app.routes.login.entering import asker_of
from app.routes.middleware.authentication import name_browser
from app.routes.profile.invitations import PATH as OWN
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see

Req = Request[Any, Any, Any]
_OPEN = (InvitationState.READY, InvitationState.ACCOUNT)


@route("/invitations/{link:str}", http_method=["GET", "HEAD"])
async def show_invitation(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    return _invitation_page(request, link, await look_at(link, now))


def _invitation_page(request: Req, link: str, offer: Offer, **context: Any) -> Response[Any]:
    answer = page("arrivals/invitation.html", link=link, offer=offer, **context)
    answer.status_code = 200 if offer.state in _OPEN else 410
    return name_browser(request, answer)


async def _show_again(refusal: Refusal, request: Req, link: str, now: datetime) -> Response[Any]:
    return _invitation_page(request, link, await look_at(link, now), errors={"bouton": refusal.message})


@post("/invitations/{link:str}")
@redisplay(_show_again)
async def accept_invitation(request: Req, link: FromPath[str], now: NamedDependency[datetime]) -> Response[Any]:
    offer = await accept(link, **asker_of(request), now=now, answer_at=OWN)
    return see("/login/lien-envoye") if offer.state in WITH_LOGIN_LINK else _invitation_page(request, link, offer)
