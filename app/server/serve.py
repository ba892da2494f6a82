"""Runs uvicorn, and prints where and with which accounts to log in."""

import gc
import socket
import sys
from contextlib import AsyncExitStack
from types import FrameType

import uvicorn
from litestar.datastructures import State
from litestar.types import ASGIApp

from app.cast import PEOPLE, build_address
from app.domain.cases.mandate.pdf import MandateContents, TemplateError, render_mandate_pdf
from app.gateways.files.antivirus import Antivirus
from app.gateways.live.bus import LiveBus
from app.main import create_app
from app.server.absolute_target import AbsoluteTargetProtocol
from app.server.access_log import AccessLog
from app.server.json_log import configure_logging
from app.server.metrics import Metrics
from app.server.metrics_server import serve_metrics
from app.server.migration_check import find_migration_errors
from app.server.preflight import (
    DEMO_PUBLIC_WARNING,
    check_demo_exposure,
    find_errors,
    find_kernel_warnings,
    find_warnings,
)
from app.server.supervisor import WorkerSupervisor
from app.settings import settings
from db.engine import get_shared_database_url

METRICS_PORT_UNAVAILABLE = (
    "METRICS_HOST, METRICS_PORT : cette adresse n’est pas de la machine, ou son port est pris ; écrivez-en d’autres."
)


class Server(uvicorn.Server):
    """Ends the open streams before it waits for them: otherwise an open stream would delay the stop."""

    def __init__(self, config: uvicorn.Config, bus: LiveBus, metrics: Metrics) -> None:
        super().__init__(config)
        self._bus, self._measures, self._beside = bus, metrics, AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            sys.exit(_format_start_failure())
        if self.started:
            await self._start_metrics()
            if not sockets:
                print(format_welcome(), flush=True)

    async def _start_metrics(self) -> None:
        watching = serve_metrics(self._measures, settings.metrics_host, settings.metrics_port)
        try:
            await self._beside.enter_async_context(watching)
        except OSError:
            await self.lifespan.shutdown()
            sys.exit(METRICS_PORT_UNAVAILABLE)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves metrics until the last response is sent."""
        await super().shutdown(sockets)
        await self._beside.aclose()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._bus.close()
        super().handle_exit(sig, frame)


def serve() -> None:
    _check_preflight()
    _check_keys()
    _check_mandate()
    if settings.public_demo and not settings.inherited_socket:
        print(DEMO_PUBLIC_WARNING, file=sys.stderr, flush=True)
    configure_logging(settings.log_level or ("WARNING" if settings.demo else "INFO"))
    if settings.workers > 1:
        _serve_processes()
    else:
        _serve_process()


def _serve_processes() -> None:
    # SQLite allows one writer, and its live updates stay within one process
    if not get_shared_database_url():
        sys.exit("WORKERS : plusieurs processus demandent PostgreSQL, par exemple DATABASE_URL=postgresql://hôte/base")
    try:
        crew = WorkerSupervisor(settings.workers)
    except OSError:
        sys.exit(_format_start_failure())
    print(format_welcome(), flush=True)
    crew.run()


def _serve_process() -> None:
    application = create_app()
    tune_garbage_collector()
    measures = _build_metrics(application.state)
    config = build_http_config(AccessLog(application, measures))
    sockets = [socket.socket(fileno=settings.inherited_socket)] if settings.inherited_socket else None
    Server(config, application.state.bus, measures).run(sockets)


def tune_garbage_collector() -> None:
    """Makes full garbage collections rare, and exempts the objects that exist at the start. With thousands of open
    pages a full collection blocks every response for half a second. One runs each night (app/server/background.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 1_000)


def build_http_config(application: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,  # app/server/json_log.py
        ws="none",
        access_log=False,
        server_header=False,
        http=AbsoluteTargetProtocol,
        proxy_headers=False,  # app/routes/middleware/client_address.py trusts TRUSTED_PROXY only
        timeout_graceful_shutdown=5,
    )


def _build_metrics(state: State) -> Metrics:
    antivirus = Antivirus(settings.clamd_url, state.file_store).is_up if settings.clamd_url else None
    return Metrics(state.bus, state.clock, antivirus)


def _check_preflight() -> None:
    """Exits when a real installation’s settings endanger its users, or when others reach a demonstration."""
    check_demo_exposure()
    if settings.demo:
        return
    if found := find_errors(settings) or find_migration_errors():
        sys.exit("\n".join(found))


def _check_keys() -> None:
    """Checks the keys before anything has to be encrypted. Raises BadSettingError."""
    _ = settings.encryption_keys, settings.secret_key


def _check_mandate() -> None:
    """Exits when the template cannot be drawn, so that the operator finds out before an agent does."""
    if settings.mandate_template:
        try:
            render_mandate_pdf(MandateContents(brand=settings.brand), settings.mandate_template)
        except TemplateError as refused:
            sys.exit(f"MANDATE_TEMPLATE ({settings.mandate_template}) ne se laisse pas imprimer :\n{refused}")


def _format_start_failure() -> str:
    return (
        f"Le serveur n’a pas pu démarrer sur {settings.host}:{settings.port} ; la raison est dite ci-dessus. "
        "Si le port est déjà pris, choisissez-en un autre : PORT=8001 bin/run"
    )


def format_welcome() -> str:
    lines = [f"Administration+ : {settings.public_url}/login"]
    if settings.demo:
        lines += [
            "Version de démonstration (DEMO=0 pour une vraie installation).",
            _describe_email_delivery(),
            *_describe_sms_delivery(),
            "Se connecter avec l’une de ces adresses :",
            *(f"  {build_address(login):32} {role.function or '(première visite)'}" for login, role in PEOPLE.items()),
        ]
    if settings.over_https and not settings.trusted_proxies:
        lines.append(
            "TRUSTED_PROXY n’est pas réglé : les limites de connexion comptent tout le monde "
            "comme une seule adresse réseau."
        )
    if settings.sms.url and not settings.sms.answers_secret:
        lines.append("SMS_ANSWERS_SECRET n’est pas réglé : les réponses des usagers aux SMS ne peuvent pas arriver.")
    if not settings.demo:
        lines += find_warnings(settings)
    lines += find_kernel_warnings()
    return "\n".join(lines)


def _describe_sms_delivery() -> list[str]:
    on_show = settings.serves_demo_pages and not settings.sms.url
    return [f"Les SMS aux usagers arrivent sur {settings.public_url}/demo/sms"] if on_show else []


def _describe_email_delivery() -> str:
    """The demonstration’s mailbox is served on loopback only, or with DEMO_PUBLIC=1, because it shows all emails."""
    if settings.smtp_url:
        return "Les mails partent par SMTP_URL."
    if settings.has_demo_mailbox:
        return f"Les mails arrivent sur {settings.public_url}/demo/mails"
    return f"Les mails arrivent dans {settings.var_folder / 'courrier'} (une page ne les montre qu’avec HOST=127.0.0.1)"
