"""Serving: runs uvicorn, and once it listens says where to log in and as whom."""

import socket
import sys
from types import FrameType

import uvicorn

from app.cast import PEOPLE, address_of
from app.gateways.live import LiveBus
from app.main import create_app
from app.settings import settings


class Server(uvicorn.Server):
    """Ends the open streams before it waits for them: no server stops by itself with one open."""

    def __init__(self, config: uvicorn.Config, bus: LiveBus) -> None:
        super().__init__(config)
        self._bus = bus

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            sys.exit(_failure())
        if self.started:
            print(welcome(), flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._bus.close()
        super().handle_exit(sig, frame)


def serve() -> None:
    application = create_app()
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # app/routes/network.py trusts TRUSTED_PROXY, nothing else
        timeout_graceful_shutdown=5,
    )
    Server(config, application.state.bus).run()


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
            "Se connecter avec l’une de ces adresses :",
            *(f"  {address_of(login):32} {role.function or '(première visite)'}" for login, role in PEOPLE.items()),
        ]
    if settings.over_https and not settings.trusted_proxies:
        lines.append(
            "TRUSTED_PROXY n’est pas réglé : les limites de connexion comptent tout le monde "
            "comme une seule adresse réseau."
        )
    return "\n".join(lines)


def _where_letters_go() -> str:
    """The demonstration's mailbox is served on loopback alone: it shows everybody's letters."""
    if settings.smtp_url:
        return "Le courrier part par SMTP_URL."
    if settings.on_loopback:
        return f"Le courrier arrive sur {settings.public_url}/demo/courrier"
    return (
        f"Le courrier arrive dans {settings.var_folder / 'courrier'} (il ne se lit sur une page qu’avec HOST=127.0.0.1)"
    )
