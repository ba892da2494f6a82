"""Slow and numerous clients of one address before the proxies of deploy/, with their default times: 100 s each.

A smaller part runs in bin/test (app/tests/security/test_slow_clients.py). A proxy that is not installed is skipped with
a message.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection
from tempfile import TemporaryDirectory

from app.tests.security.test_slow_clients import HEAD, PATIENCE, connect, send_slowly, time_honest_request
from app.tests.support.postgres_cluster import find_free_port
from app.tests.support.proxy_servers import (
    PROGRAMS,
    WRITE_FILES,
    FrontProxy,
    build_certificate,
    get_directly,
    run_process,
)
from bench.hostile.table import report

_DRIPS = 40
_SLOWEST = {"header": 15.0, "body": 75.0}
"""Seconds: 10 of nginx and Caddy, 60 of the application, and a margin for a busy machine."""


def attack() -> int:
    return max([_try(name) for name in WRITE_FILES])


def _try(name: str) -> int:
    if PROGRAMS[name] is None:
        print(f"{name}: not installed, skipped")
        return 0
    with TemporaryDirectory() as folder, _serving(name, Path(folder)) as front:
        return asyncio.run(_attacked(front))


@contextmanager
def _serving(name: str, folder: Path) -> Iterator[FrontProxy]:
    port, app_port = find_free_port(), find_free_port()
    build_certificate(folder)
    own = {"VAR_DIR": str(folder), "DATABASE_URL": "", "PORT": str(app_port), "HOST": "127.0.0.1", "DEMO": "1"}
    own |= {"PUBLIC_URL": f"https://localhost:{port}", "TRUSTED_PROXY": "127.0.0.1", "XDG_DATA_HOME": str(folder)}
    serve, alive = [sys.executable, "-m", "app"], f"http://127.0.0.1:{app_port}/livez"
    subprocess.run([*serve, "migrate"], check=True, capture_output=True, env=own)  # noqa: S603
    with (
        run_process([*serve, "serve"], lambda: get_directly(alive), **own),
        run_process(
            WRITE_FILES[name](folder, port, app_port), lambda: create_connection(("127.0.0.1", port)).close(), **own
        ),
    ):
        yield FrontProxy(name, port, app_port, folder / "aplus.sqlite", {}, "")


async def _attacked(front: FrontProxy) -> int:
    took: list[float] = []
    served = asyncio.create_task(_honest_pages(front, took))
    header = b"GET /login HTTP/1.1\r\nHost: localhost\r\nX: "
    body = HEAD + b"Content-Length: 500000\r\n\r\nadresse="
    drips = {"header": (header, 1.0), "body": (body, 2.0)}
    held = {
        kind: await asyncio.gather(*(_held(front, first, every, _SLOWEST[kind]) for _ in range(_DRIPS)))
        for kind, (first, every) in drips.items()
    }
    crowd = await _crowd(front)
    served.cancel()
    late = [f"{seconds:.1f} s" if seconds > PATIENCE else "" for seconds in took]
    return max(
        *(report(f"{front.name}, a {kind} that never ends", what) for kind, what in held.items()),
        report(f"{front.name}, 300 forms of one address", crowd),
        report(f"{front.name}, pages of others meanwhile", late),
    )


async def _honest_pages(front: FrontProxy, took: list[float]) -> None:
    while True:
        begun = time.monotonic()
        async with time_honest_request(front) as client:
            await client.get("/login")
        took.append(time.monotonic() - begun)
        await asyncio.sleep(1)


async def _held(front: FrontProxy, first: bytes, every: float, most: float) -> str:
    """What a slow client reached; empty when it was cut in time."""
    try:
        await asyncio.wait_for(send_slowly(front, first, every=every), most)
    except TimeoutError:
        return f"still open after {most:.0f} s"
    return ""


async def _crowd(front: FrontProxy) -> list[str]:
    """Each of 300 clients begins a form and stops. Caddy keeps all: deploy/nftables.conf is the limit there."""
    lines = await asyncio.gather(*(connect(front) for _ in range(300)))
    for _, writer in lines:
        writer.write(HEAD + b"Content-Length: 50\r\n\r\nadresse=")
    done, waiting = await asyncio.wait([asyncio.create_task(reader.read(12)) for reader, _ in lines], timeout=2)
    for _, writer in lines:
        with suppress(OSError):
            writer.close()
    await asyncio.gather(*done, *waiting, return_exceptions=True)
    kept = 100 if front.name == "nginx" else 300
    return ["" if place < kept else "kept" for place in range(len(waiting))] + [""] * len(done)
