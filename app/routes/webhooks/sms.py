"""The SMS replies that the provider posts: {"id", "from", "text"}, with « Authorization: Bearer SMS_ANSWERS_SECRET ».

The second address is the former one, for providers that are not updated: many follow no redirection.

No form token: the secret protects the route, and another site cannot send it from a browser.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException

from app.domain.cases.mandate.record_reply import record_reply
from app.routes import guards


class SmsReplyBody(msgspec.Struct, rename={"sender": "from"}):
    """id is the provider's own. A repeated reply has the same one."""

    id: str
    sender: str
    text: str


@post(
    ["/sms/reponses", "/textos/reponses"],
    guards=[guards.require_sms_provider],
    opt={"csrf": "none"},
    request_max_body_size=16 * 1024,
    status_code=200,
)
async def receive_sms_reply(request: Request[Any, Any, Any], now: NamedDependency[datetime]) -> dict[str, bool]:
    """« recue » is false, and the reply not stored, when no SMS was sent to that number. 409 asks to retry."""
    answer = _decode_body(await request.body())
    return {"recue": await record_reply(answer.id, answer.sender, answer.text, now)}


def _decode_body(body: bytes) -> SmsReplyBody:
    try:
        return msgspec.json.decode(body, type=SmsReplyBody)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as unreadable:
        raise ClientException from unreadable
