"""python -m bench.throughput.bare, in the server’s environment: serves our templates from handlers that do nothing
else.

The context of each page comes from the real route once, for the first seat, and is constant afterwards. There is no
middleware, session, database or header of ours: only Litestar, Jinja with our environment, and uvicorn.
"""

import asyncio
import json
import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uvicorn
from litestar import Litestar, Request, get, post
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig
from litestar.testing import RequestFactory

from app.domain.accounts.actor import Actor, load_actor
from app.routes.cases.index import show_list
from app.routes.cases.show import build_fragment, show_case
from app.routes.login.link_request import show_login
from app.server.serve import build_http_config
from app.settings import settings
from app.templating import build_environment
from bench.offices import SeatInfo
from db.engine import build_engine, use_engine

Req = Request[Any, Any, Any]


@dataclass(frozen=True)
class RenderedPage:
    """A page and its context, which is constant."""

    path: str
    template: str
    context: dict[str, Any]
    actor: Actor | None
    state: dict[str, Any]

    def answer(self, request: Req) -> Template:
        request.scope["user"] = self.actor
        request.state.update(self.state)
        return Template(self.template, context=self.context)


async def render_pages(seat: SeatInfo) -> list[RenderedPage]:
    engine = build_engine(settings.database_url)
    use_engine(engine)
    await engine.start()
    try:
        return await _shown(seat)
    finally:
        await engine.stop()


async def _shown(seat: SeatInfo) -> list[RenderedPage]:
    actor, case, now = await load_actor(int(seat["actor"])), UUID(seat["case"]), datetime.now(UTC)
    assert actor is not None
    factory, thread = RequestFactory(), f"/demandes/{case}"
    login, listing, page = factory.get("/login"), factory.get("/demandes", user=actor), factory.get(thread, user=actor)
    login.state.browser = "bench"
    kept = {"to_handle": 0, "browser": "bench", "contacts": ()}
    answers = {
        "/login": (await show_login.fn(login), None),
        "/demandes": (await show_list.fn(listing, now), actor),
        thread: (await show_case.fn(page, actor, case, now), actor),
        f"{thread}/messages": (await build_fragment(actor, case, page, "cases/posted.html", new=[]), actor),
    }
    return [
        RenderedPage(path, answer.template_name, answer.context, viewer, kept)
        for path, (answer, viewer) in answers.items()
    ]


def bare(shown: list[RenderedPage]) -> Litestar:
    engine = JinjaTemplateEngine.from_environment(build_environment())
    handlers = [_handler(one) for one in shown]
    return Litestar(handlers, template_config=TemplateConfig(engine=engine), openapi_config=None, logging_config=None)


def _handler(shown: RenderedPage) -> Any:
    async def answer(request: Req) -> Template:
        return shown.answer(request)

    return post(shown.path, status_code=200)(answer) if shown.path.endswith("/messages") else get(shown.path)(answer)


if __name__ == "__main__":
    logging.disable(logging.INFO)
    uvicorn.Server(build_http_config(bare(asyncio.run(render_pages(json.loads(sys.argv[1])))))).run()
