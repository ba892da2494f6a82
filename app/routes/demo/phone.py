"""The demonstration's telephone: the tester reads a text there, and answers as the citizen. See
app/routes/demo/mailbox.py.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.domain.cases.mandate.record_reply import KEPT, receive
from app.domain.cases.mandate.sms_thread import arrived_at
from app.routes.forms import Form
from app.routes.middleware.authentication import name_browser
from app.routes.respond import page, see


@get("/demo/sms")
async def show_telephone(request: Request[Any, Any, Any], to: FromQuery[str] = "") -> Response[Any]:
    texts = [(text, uuid4()) for text in await arrived_at(to, most=50)]
    return name_browser(request, page("demo/telephone.html", texts=texts, to=to))


@get("/demo/sms.json")
async def telephone_as_json(to: FromQuery[str] = "") -> list[dict[str, Any]]:
    return [
        {
            "to": text.phone,
            "text": text.body,
            "sent_at": text.sent_at,
            "answers": [reply.body for reply in text.replies],
        }
        for text in await arrived_at(to, most=200)
    ]


@post("/demo/sms")
async def answer_as_the_citizen(form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    """By the same verb as the provider's own answers."""
    await receive(str(form.uuid("cle")), form.text("numero"), form.text("reponse", most=KEPT), now)
    return see(f"/demo/sms?{urlencode({'to': form.text('to')})}")
