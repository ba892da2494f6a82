"""The private port for metrics, for monitoring only. Off unless METRICS_PORT is set."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from litestar.types import Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST

from app.server.metrics import Metrics, MetricsLogHandler


class _SecondServer(uvicorn.Server):
    """A second server in the same event loop. The first one handles the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class MetricsApp:
    """Answers GET /metrics, and 404 for any other path."""

    def __init__(self, metrics: Metrics) -> None:
        self._measures = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["path"] == "/metrics"
        body = await self._measures.render_metrics() if asked else b""
        headers = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if asked else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


@contextlib.asynccontextmanager
async def serve_metrics(metrics: Metrics, host: str, port: int) -> AsyncIterator[None]:
    """Counts log lines and measures the event loop during the block, and serves metrics where a port is set.

    Raises OSError when the port is in use or the address is not this machine’s.
    """
    taken = [_open_socket(host, port)] if port else []
    ear = MetricsLogHandler(metrics)
    logging.getLogger().addHandler(ear)
    beside = _SecondServer(_build_config(metrics, host, port)) if port else None
    work = [asyncio.create_task(metrics.measure_loop_lag())]
    served = asyncio.create_task(beside.serve(taken)) if beside else None
    try:
        yield
    finally:
        logging.getLogger().removeHandler(ear)
        work[0].cancel()
        if beside and served:
            beside.should_exit = True
            work.append(served)
        await asyncio.gather(*work, return_exceptions=True)


def _open_socket(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _build_config(measures: Metrics, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        MetricsApp(measures),
        host=host,
        port=port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
