"""create_app(): the only place where routes, components, gateways and errors meet."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from app.domain.authentication.oidc import Provider
from app.gateways.email.transport import Mail, mail_for
from app.gateways.email.worker import Postman
from app.gateways.files.antivirus import Antivirus
from app.gateways.files.previews import Previews
from app.gateways.files.store import Files, files_for
from app.gateways.live.bus import LiveBus
from app.gateways.live.postgres_notify import Wire
from app.gateways.readiness import Readiness
from app.gateways.sms.provider import texts_for
from app.gateways.sms.worker import Messenger
from app.gateways.workers.heartbeat import Pulse
from app.gateways.workers.importer import Importer
from app.gateways.workers.scheduler import Timekeeper
from app.gateways.workers.survey import SurveyWorker
from app.gateways.workers.wal_truncation import LogKeeper
from app.routes import errors
from app.routes.deps import provide_actor, provide_now
from app.routes.forms import PLAIN, provide_form
from app.routes.handlers import require_guards, route_handlers
from app.routes.middleware import csrf, security_headers
from app.routes.middleware.allowed_hosts import FrontDoor
from app.routes.middleware.authentication import Authentication
from app.routes.middleware.read_only import ReadOnly
from app.server.background import beside, forgetting, recurring, running
from app.settings import Settings, settings
from app.templating import environment
from db.engine import shared_database


def provider_for(chosen: Settings) -> Provider | None:
    """Imported only where it is offered: it brings 8 MiB and 0.2 s with it."""
    if not chosen.proconnect.offered:
        return None
    from app.gateways.proconnect import ProConnect

    return ProConnect(chosen.proconnect, chosen.public_url)


def create_app(
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    mail: Mail | None = None,
    files: Files | None = None,
) -> Litestar:
    """The application with its live bus and its workers; all stop with it."""
    templates = environment()

    @asynccontextmanager
    async def at_work(app: Litestar) -> AsyncIterator[None]:
        clock, bus, kept = app.state.clock, app.state.bus, app.state.files
        workers = [
            Postman(app.state.mail, templates, clock, at_once=settings.mail_connections).work(),
            Timekeeper(recurring(kept), clock).work(),
            Importer(clock).work(),
            SurveyWorker(clock).work(),
            app.state.previews.work(),
            app.state.log_keeper.work(),
        ]
        if texts := texts_for(settings):
            workers.append(Messenger(texts, clock).work())
        if settings.clamd_url:
            workers.append(Antivirus(settings.clamd_url, kept).work())
        wire = Wire(url, bus) if (url := shared_database()) else None
        if wire:
            workers.append(wire.work())
        async with running(bus, kept, workers, app.state.pulse, wire), beside(forgetting(clock)):
            yield

    application = Litestar(
        route_handlers=route_handlers(),
        middleware=[FrontDoor(), Authentication(), ReadOnly()],
        dependencies={
            "actor": Provide(provide_actor),
            "now": Provide(provide_now),
            "form": Provide(provide_form),
        },
        before_request=csrf.check_request,
        before_send=[security_headers.finish],
        lifespan=[at_work],
        exception_handlers=errors.HANDLERS,
        template_config=TemplateConfig(engine=JinjaTemplateEngine.from_environment(templates)),
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=5, minimum_size=400, exclude=["^/s/", "/flux$", "^/pieces/"]
        ),
        request_max_body_size=PLAIN,
        openapi_config=None,
        logging_config=None,  # app/server/json_log.py
        state=state_of(clock, mail or mail_for(settings), files or files_for(settings)),
    )
    require_guards(application)
    return application


def state_of(clock: Callable[[], datetime], mail: Mail, files: Files) -> State:
    """What requests and workers share: all that differs between two applications with the same settings."""
    pulse, log_keeper = Pulse(), LogKeeper(clock)
    return State(
        {
            "clock": clock,
            "bus": LiveBus(settings.most_streams),
            "mail": mail,
            "files": files,
            "previews": Previews(files),
            "pulse": pulse,
            "log_keeper": log_keeper,
            "readiness": Readiness(settings.var_folder, pulse, clock, log_keeper),
            "provider": provider_for(settings),
        }
    )
