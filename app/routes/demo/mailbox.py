"""The mailbox of the demonstration. require_local_machine (app/routes/guards.py) says who may open it."""

from dataclasses import asdict
from typing import Any

from litestar import Response, get
from litestar.datastructures import State
from litestar.params import FromQuery

from app.routes.respond import build_page


@get("/demo/mails")
async def show_mailbox(state: State, to: FromQuery[str] = "") -> Response[Any]:
    return build_page("demo/mailbox.html", letters=await state.email_transport.read(to, limit=50), to=to)


@get("/demo/mails.json")
async def list_mailbox_json(state: State, to: FromQuery[str] = "") -> list[dict[str, str]]:
    return [asdict(letter) for letter in await state.email_transport.read(to)]
