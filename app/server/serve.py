"""Serving: runs uvicorn, and once it listens says where to log in and as whom."""

import gc
import socket
import sys
from contextlib import AsyncExitStack
from types import FrameType

import uvicorn
from litestar.datastructures import State
from litestar.types import ASGIApp

from app.cast import PEOPLE, address_of
from app.domain.cases.mandate.pdf import Contents, TemplateRefused, draw
from app.gateways.files.antivirus import Antivirus
from app.gateways.live.bus import LiveBus
from app.main import create_app
from app.server.absolute_target import NamedTarget
from app.server.access_log import Answered
from app.server.json_log import keep_journal
from app.server.metrics import Measures
from app.server.metrics_server import watched
from app.server.preflight import OPEN_TO_ALL, doubts, refuse_open_demo, warnings, what_is_pending, what_the_kernel_lacks
from app.server.supervisor import Crew
from app.settings import settings
from db.engine import shared_database

NO_MEASURES = (
    "METRICS_HOST, METRICS_PORT : cette adresse n’est pas de la machine, ou son port est pris ; écrivez-en d’autres."
)


class Server(uvicorn.Server):
    """Ends the open streams before it waits for them: no server stops by itself with one open."""

    def __init__(self, config: uvicorn.Config, bus: LiveBus, measures: Measures) -> None:
        super().__init__(config)
        self._bus, self._measures, self._beside = bus, measures, AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            sys.exit(_failure())
        if self.started:
            await self._watch()
            if not sockets:
                print(welcome(), flush=True)

    async def _watch(self) -> None:
        watching = watched(self._measures, settings.metrics_host, settings.metrics_port)
        try:
            await self._beside.enter_async_context(watching)
        except OSError:
            await self.lifespan.shutdown()
            sys.exit(NO_MEASURES)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Measured until the last answer has left."""
        await super().shutdown(sockets)
        await self._beside.aclose()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._bus.close()
        super().handle_exit(sig, frame)


def serve() -> None:
    _check_safety()
    _check_keys()
    _check_mandate()
    if settings.public_demo and not settings.given_socket:
        print(OPEN_TO_ALL, file=sys.stderr, flush=True)
    keep_journal(settings.log_level or ("WARNING" if settings.demo else "INFO"))
    if settings.workers > 1:
        _serve_several()
    else:
        _serve_alone()


def _serve_several() -> None:
    """SQLite's one writer and its live pages are one process's."""
    if not shared_database():
        sys.exit("WORKERS : plusieurs processus demandent PostgreSQL, par exemple DATABASE_URL=postgresql://hôte/base")
    try:
        crew = Crew(settings.workers)
    except OSError:
        sys.exit(_failure())
    print(welcome(), flush=True)
    crew.watch()


def _serve_alone() -> None:
    application = create_app()
    put_aside()
    measures = _measures(application.state)
    config = http_config(Answered(application, measures))
    sockets = [socket.socket(fileno=settings.given_socket)] if settings.given_socket else None
    Server(config, application.state.bus, measures).run(sockets)


def put_aside() -> None:
    """Python's full collection skips the objects of the start, and is rare: among thousands of open pages it stops
    every answer for half a second. One runs each night (app/server/background.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 1_000)


def http_config(application: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,  # app/server/json_log.py
        ws="none",
        access_log=False,
        server_header=False,
        http=NamedTarget,
        proxy_headers=False,  # app/routes/middleware/client_address.py trusts TRUSTED_PROXY, nothing else
        timeout_graceful_shutdown=5,
    )


def _measures(state: State) -> Measures:
    antivirus = Antivirus(settings.clamd_url, state.files).answers if settings.clamd_url else None
    return Measures(state.bus, state.clock, antivirus)


def _check_safety() -> None:
    """A real installation does not start with settings that endanger its people. A demonstration does not start where
    others reach it.
    """
    refuse_open_demo()
    if settings.demo:
        return
    if found := doubts(settings) or what_is_pending():
        sys.exit("\n".join(found))


def _check_keys() -> None:
    """Before the first agent types a name that could not be kept. Raises BadSettingError."""
    _ = settings.encryption_keys, settings.secret_key


def _check_mandate() -> None:
    """A template that cannot be drawn is for its operator to see, not for an agent with a citizen in front of them."""
    if settings.mandate_template:
        try:
            draw(Contents(brand=settings.brand), settings.mandate_template)
        except TemplateRefused as refused:
            sys.exit(f"MANDATE_TEMPLATE ({settings.mandate_template}) ne se laisse pas imprimer :\n{refused}")


def _failure() -> str:
    return (
        f"Le serveur n’a pas pu démarrer sur {settings.host}:{settings.port} ; la raison est dite ci-dessus. "
        "Si le port est déjà pris, choisissez-en un autre : PORT=8001 bin/run"
    )


def welcome() -> str:
    lines = [f"Administration+ : {settings.public_url}/login"]
    if settings.demo:
        lines += [
            "Version de démonstration (DEMO=0 pour une vraie installation).",
            _where_letters_go(),
            *_where_texts_go(),
            "Se connecter avec l’une de ces adresses :",
            *(f"  {address_of(login):32} {role.function or '(première visite)'}" for login, role in PEOPLE.items()),
        ]
    if settings.over_https and not settings.trusted_proxies:
        lines.append(
            "TRUSTED_PROXY n’est pas réglé : les limites de connexion comptent tout le monde "
            "comme une seule adresse réseau."
        )
    if settings.sms.url and not settings.sms.answers_secret:
        lines.append("SMS_ANSWERS_SECRET n’est pas réglé : les réponses des usagers aux SMS ne peuvent pas arriver.")
    if not settings.demo:
        lines += warnings(settings)
    lines += what_the_kernel_lacks()
    return "\n".join(lines)


def _where_texts_go() -> list[str]:
    on_show = settings.on_show and not settings.sms.url
    return [f"Les SMS aux usagers arrivent sur {settings.public_url}/demo/sms"] if on_show else []


def _where_letters_go() -> str:
    """The demonstration's mailbox is served on loopback alone, or with DEMO_PUBLIC=1: it shows all letters."""
    if settings.smtp_url:
        return "Les mails partent par SMTP_URL."
    if settings.has_mailbox:
        return f"Les mails arrivent sur {settings.public_url}/demo/mails"
    return f"Les mails arrivent dans {settings.var_folder / 'courrier'} (une page ne les montre qu’avec HOST=127.0.0.1)"
