"""The phone of the demonstration: the tester reads an SMS and replies as the citizen. Same access as the mailbox."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.domain.cases.mandate.record_reply import MAX_REPLY_LENGTH, record_reply
from app.domain.cases.mandate.sms_thread import list_delivered_sms
from app.routes.forms import Form
from app.routes.middleware.authentication import set_browser_cookie
from app.routes.respond import build_page, redirect_after_post


@get("/demo/sms")
async def show_phone(request: Request[Any, Any, Any], to: FromQuery[str] = "") -> Response[Any]:
    texts = [(text, uuid4()) for text in await list_delivered_sms(to, limit=50)]
    return set_browser_cookie(request, build_page("demo/telephone.html", texts=texts, to=to))


@get("/demo/sms.json")
async def list_phone_json(to: FromQuery[str] = "") -> list[dict[str, Any]]:
    return [
        {
            "to": text.phone,
            "text": text.body,
            "sent_at": text.sent_at,
            "answers": [reply.body for reply in text.replies],
        }
        for text in await list_delivered_sms(to, limit=200)
    ]


@post("/demo/sms")
async def reply_as_citizen(form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    """Uses the function of the provider's own replies."""
    await record_reply(
        str(form.read_uuid("cle")),
        form.read_text("numero"),
        form.read_text("reponse", max_length=MAX_REPLY_LENGTH),
        now,
    )
    return redirect_after_post(f"/demo/sms?{urlencode({'to': form.read_text('to')})}")
