"""What the provider of texts says back: {"id", "from", "text"}, with « Authorization: Bearer SMS_ANSWERS_SECRET ».

The second address is for who has not changed it at the provider yet: many follow no redirection.

A machine sends it, by its secret and without a cookie: no page of another site can, so no form token is asked.
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
    """id is the provider's own, the same when it says it again."""

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
    """« recue » is false when no text of ours went to that number: the answer is kept nowhere. 409: say it again."""
    answer = _decode_body(await request.body())
    return {"recue": await record_reply(answer.id, answer.sender, answer.text, now)}


def _decode_body(body: bytes) -> SmsReplyBody:
    try:
        return msgspec.json.decode(body, type=SmsReplyBody)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as unreadable:
        raise ClientException from unreadable
