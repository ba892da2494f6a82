"""create_app(): the only place where routes, components, gateways and errors meet."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import ControllerRouterHandler, Message, Scope
from markupsafe import Markup

from app import labels
from app.domain.attachments import removal
from app.domain.cases import events
from app.domain.cases.erasure import erase_due
from app.domain.cases.late_letters import tell_what_is_late
from app.domain.jobs import Recurring
from app.gateways.antivirus import Antivirus
from app.gateways.files import Files, files_for
from app.gateways.live import LiveBus
from app.gateways.mail import Mail, mail_for
from app.gateways.postman import Postman
from app.gateways.previews import Previews
from app.gateways.timekeeper import Timekeeper
from app.routes import access, arrival, assets, csrf, demo, errors, help, legal, live, password, profile
from app.routes.authentication import Authentication
from app.routes.cases import (
    answers,
    closure,
    completion,
    correction,
    downloads,
    index,
    invitation,
    mandate,
    show,
    start,
    submission,
    thread,
    transfer,
    uploads,
    withdrawal,
    wizard,
    wizard_files,
)
from app.routes.deps import provide_actor, provide_now
from app.routes.forms import PLAIN, provide_form
from app.routes.login import link, logout, request
from app.routes.login import password as password_login
from app.routes.respond import NOTICE_COOKIE
from app.routes.teams import phrases
from app.settings import settings
from db.engine import current_engine

COMPONENTS = Path(__file__).parent / "components"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def environment() -> Environment:
    """Escapes everything, letters in plain text excepted; a misspelt name is an error, never an empty string."""
    jinja = Environment(
        loader=FileSystemLoader(COMPONENTS),
        autoescape=lambda name: not (name or "").endswith(".txt"),  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(
        brand=settings.brand,
        demo=settings.demo,
        theme_css=settings.theme_css,
        contact_address=settings.contact_address,
        public_url=settings.public_url,
        asset=assets.asset,
        csrf_field=_csrf_field,
        notice_text=_notice_text,
    )
    jinja.filters.update(labels.FILTERS)
    return jinja


@pass_context
def _csrf_field(context: Context) -> Markup:
    return csrf.csrf_field(context["request"])


@pass_context
def _notice_text(context: Context) -> str:
    """The confirmation that the last action left, if any."""
    return labels.NOTICES.get(context["request"].cookies.get(NOTICE_COOKIE, ""), "")


def create_app(
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    mail: Mail | None = None,
    files: Files | None = None,
) -> Litestar:
    """The application with its live bus and its workers; all stop with it."""
    handlers = route_handlers()
    require_guards(handlers)
    templates, bus, letterbox = environment(), LiveBus(), mail or mail_for(settings)
    kept = files or files_for(settings)

    @asynccontextmanager
    async def at_work(_: Litestar) -> AsyncIterator[None]:
        workers = [Postman(letterbox, templates, clock).work(), Timekeeper(recurring(kept), clock).work()]
        if settings.clamd_url:
            workers.append(Antivirus(settings.clamd_url, kept).work())
        async with running(bus, kept, workers):
            yield

    return Litestar(
        route_handlers=handlers,
        middleware=[DefineMiddleware(Authentication, exclude=["^/s/"])],
        dependencies={
            "actor": Provide(provide_actor),
            "now": Provide(provide_now),
            "form": Provide(provide_form),
        },
        before_request=csrf.guard_origin,
        before_send=[_finish],
        lifespan=[at_work],
        exception_handlers=errors.HANDLERS,
        template_config=TemplateConfig(engine=JinjaTemplateEngine.from_environment(templates)),
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=5, minimum_size=400, exclude=["^/s/", "/flux$", "^/pieces/"]
        ),
        request_max_body_size=PLAIN,
        openapi_config=None,
        state=State({"clock": clock, "bus": bus, "mail": letterbox, "files": kept, "previews": Previews(kept)}),
    )


def recurring(files: Files) -> list[Recurring]:
    """What happens by itself. tell_what_is_late waits for working hours: it looks often, and writes once."""
    return [
        Recurring("erasure", timedelta(days=1), _erase),
        Recurring("late", timedelta(minutes=15), tell_what_is_late),
        Recurring("attachments", timedelta(hours=1), partial(removal.sweep, files)),
    ]


async def _erase(now: datetime) -> int:
    return (await erase_due(now)).total


@asynccontextmanager
async def running(bus: LiveBus, files: Files, workers: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """The database open, announcements on the bus, letters on their way, files looked after."""
    engine = current_engine()
    await engine.start()
    events.subscribe(bus.publish)
    removal.forget_with(files.forget)
    work = [asyncio.create_task(worker) for worker in workers]
    try:
        yield
    finally:
        bus.close()
        events.unsubscribe(bus.publish)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        removal.stop_forgetting(files.forget)
        await engine.stop()


def route_handlers() -> list[ControllerRouterHandler]:
    """Every route. The demonstration's mailbox exists only where nobody else can read it."""
    on_demo = [demo.show_mailbox, demo.mailbox_as_json] if settings.demo and settings.on_loopback else []
    return [
        *assets.handlers,
        request.home,
        request.show_login,
        request.ask,
        request.show_sent,
        request.ask_new_link,
        link.show_link,
        link.follow_link,
        password_login.show_password_login,
        password_login.log_in,
        password_login.show_forgotten,
        password_login.ask_to_choose,
        logout.log_out,
        arrival.show_arrival,
        arrival.finish_arrival,
        profile.show_profile,
        profile.end_session,
        profile.change,
        password.show_password,
        password.choose_password,
        password.drop_password,
        help.show_help,
        legal.show_notices,
        legal.show_privacy,
        legal.show_accessibility,
        legal.show_terms,
        index.list_page,
        start.show_start,
        start.start,
        submission.send,
        submission.confirm_deletion,
        submission.delete,
        wizard_files.show_problem,
        wizard_files.keep_problem,
        wizard_files.show_mandate,
        wizard_files.keep_mandate,
        mandate.blank_mandate,
        mandate.filled_mandate,
        wizard.show_step,
        wizard.keep_step,
        show.show_case,
        thread.send_message,
        uploads.announce,
        uploads.take_piece,
        downloads.download,
        downloads.show_preview,
        answers.take,
        transfer.show_transfer,
        transfer.transfer_case,
        invitation.show_team_invitation,
        invitation.send_team_invitation,
        invitation.show_expert_invitation,
        invitation.send_expert_invitation,
        invitation.show_colleague_invitation,
        invitation.send_colleague_invitation,
        completion.show_completion,
        completion.complete_case,
        correction.show_correction,
        correction.correct_message,
        withdrawal.show_withdrawal,
        withdrawal.withdraw_case,
        phrases.show_phrases,
        phrases.keep,
        closure.show_closing,
        closure.close_case,
        closure.reopen_case,
        closure.answer,
        live.stream_list,
        live.stream_case,
        *on_demo,
        help.show_nothing,
    ]


def require_guards(handlers: Sequence[Any]) -> None:
    """Default is refusal: a route that names none of access.GUARDS stops the start."""
    for handler in handlers:
        if isinstance(handler, HTTPRouteHandler) and not access.GUARDS.intersection(handler.guards or ()):
            raise RuntimeError(f"{handler.handler_name} names no guard of app/routes/access.py")


async def _finish(message: Message, scope: Scope) -> None:
    """The outermost hook: errors, files and redirections carry the headers too. A notice shows once."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        if _shows_notice(scope, message["status"]):
            headers.add("Set-Cookie", f"{NOTICE_COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax")


def _shows_notice(scope: Scope, status: int) -> bool:
    """A page that has just shown the confirmation: the next one will not."""
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return status == 200 and NOTICE_COOKIE in cookies and not scope["path"].startswith("/s/")
