"""create_app() puts together routes, templates, gateways and error pages."""

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
from app.gateways.email.bounce_mailbox import list_bounce_jobs
from app.gateways.email.transport import EmailTransport, build_email_transport
from app.gateways.email.worker import build_email_workers
from app.gateways.files.antivirus import Antivirus
from app.gateways.files.previews import PreviewWorker
from app.gateways.files.store import EncryptedFileStore, build_file_store
from app.gateways.live.bus import LiveBus
from app.gateways.live.postgres_notify import PostgresNotifier
from app.gateways.live.presence import Presence, follow_typing
from app.gateways.live.presence_wire import PresenceWire
from app.gateways.readiness import Readiness
from app.gateways.sms.provider import build_sms_transport
from app.gateways.sms.worker import SmsWorker
from app.gateways.workers.heartbeat import Heartbeat
from app.gateways.workers.importer import ImportWorker
from app.gateways.workers.scheduler import Scheduler
from app.gateways.workers.survey import SurveyWorker
from app.gateways.workers.wal_truncation import WalTruncator
from app.routes import errors
from app.routes.deps import provide_actor, provide_now
from app.routes.forms import MAX_FORM_BYTES, provide_form
from app.routes.handlers import check_guards, list_route_handlers
from app.routes.middleware import csrf, security_headers
from app.routes.middleware.allowed_hosts import AllowedHosts
from app.routes.middleware.authentication import Authentication
from app.routes.middleware.read_only import ReadOnly
from app.server.background import clear_memos_hourly, list_recurring_jobs, run_in_background, run_services
from app.settings import Settings, settings
from app.templating import build_environment
from db.engine import get_shared_database_url


def build_provider(chosen: Settings) -> Provider | None:
    """Imports ProConnect only where it is configured: that takes 8 MiB and 0.2 s."""
    if not chosen.proconnect.is_complete:
        return None
    from app.gateways.proconnect import ProConnect

    return ProConnect(chosen.proconnect, chosen.public_url)


def create_app(
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    email_transport: EmailTransport | None = None,
    file_store: EncryptedFileStore | None = None,
) -> Litestar:
    """The application. Its live bus and its workers start and stop with it."""
    templates = build_environment()

    @asynccontextmanager
    async def at_work(app: Litestar) -> AsyncIterator[None]:
        clock, bus, kept = app.state.clock, app.state.bus, app.state.file_store
        workers = [
            *(worker.work() for worker in build_email_workers(app.state.email_transport, templates, clock)),
            Scheduler([*list_recurring_jobs(kept), *list_bounce_jobs(settings)], clock).work(),
            ImportWorker(clock).work(),
            SurveyWorker(clock).work(),
            app.state.previews.work(),
            app.state.wal_truncator.work(),
        ]
        if texts := build_sms_transport(settings):
            workers.append(SmsWorker(texts, clock).work())
        if settings.clamd_url:
            workers.append(Antivirus(settings.clamd_url, kept).work())
        wire = PostgresNotifier(url, bus) if (url := get_shared_database_url()) else None
        if wire:
            workers += [PresenceWire(app.state.presence, wire).work(), wire.work()]
        async with (
            run_services(bus, kept, workers, app.state.heartbeat, wire),
            follow_typing(app.state.presence),
            run_in_background(clear_memos_hourly(clock)),
        ):
            yield

    application = Litestar(
        route_handlers=list_route_handlers(),
        middleware=[AllowedHosts(), Authentication(), ReadOnly()],
        dependencies={
            "actor": Provide(provide_actor),
            "now": Provide(provide_now),
            "form": Provide(provide_form),
        },
        before_request=csrf.check_request,
        before_send=[security_headers.add_security_headers],
        lifespan=[at_work],
        exception_handlers=errors.EXCEPTION_HANDLERS,
        template_config=TemplateConfig(engine=JinjaTemplateEngine.from_environment(templates)),
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=5, minimum_size=400, exclude=["^/s/", "/flux$", "^/pieces/"]
        ),
        request_max_body_size=MAX_FORM_BYTES,
        openapi_config=None,
        logging_config=None,  # app/server/json_log.py
        state=build_state(
            clock, email_transport or build_email_transport(settings), file_store or build_file_store(settings)
        ),
    )
    check_guards(application)
    return application


def build_state(clock: Callable[[], datetime], mail: EmailTransport, files: EncryptedFileStore) -> State:
    """What requests and workers share. Two applications with the same settings differ in nothing else."""
    pulse, log_keeper = Heartbeat(), WalTruncator(clock)
    return State(
        {
            "clock": clock,
            "bus": LiveBus(settings.max_streams),
            "presence": Presence(),
            "email_transport": mail,
            "file_store": files,
            "previews": PreviewWorker(files),
            "heartbeat": pulse,
            "wal_truncator": log_keeper,
            "readiness": Readiness(settings.var_folder, pulse, clock, log_keeper),
            "provider": build_provider(settings),
        }
    )
