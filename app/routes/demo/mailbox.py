"""The demonstration's mailbox: in demonstration mode, for who sits at the machine (app/routes/guards.py)."""

from dataclasses import asdict
from typing import Any

from litestar import Response, get
from litestar.datastructures import State
from litestar.params import FromQuery

from app.routes.respond import page


@get("/demo/mails")
async def show_mailbox(state: State, to: FromQuery[str] = "") -> Response[Any]:
    return page("demo/mailbox.html", letters=await state.mail.read(to, most=50), to=to)


@get("/demo/mails.json")
async def mailbox_as_json(state: State, to: FromQuery[str] = "") -> list[dict[str, str]]:
    return [asdict(letter) for letter in await state.mail.read(to)]
