"""Serving: says where to log in and as whom, then runs uvicorn."""

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
        timeout_graceful_shutdown=5,
    )
    print(welcome(), flush=True)
    Server(config, application.state.bus).run()


def welcome() -> str:
    lines = [f"Administration+ : {settings.public_url}/login"]
    if settings.demo:
        lines += [
            "Version de démonstration (DEMO=0 pour une vraie installation).",
            f"Le courrier arrive sur {settings.public_url}/demo/courrier",
            "Se connecter avec l’une de ces adresses :",
            *(f"  {address_of(login):32} {role.function}" for login, role in PEOPLE.items()),
        ]
    return "\n".join(lines)
