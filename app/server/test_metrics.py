"""The metrics: by route and never by path, from the database and from the log; and the private port for real."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock, Mock
from uuid import UUID

import httpx2
import pytest
import uvicorn
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.operations.jobs import run_due_jobs
from app.domain.operations.last_backup import record_backup
from app.gateways.live.bus import LiveBus
from app.server import serve
from app.server.access_log import AccessLog
from app.server.background import list_recurring_jobs
from app.server.metrics import Metrics, MetricsLogHandler
from app.server.metrics_server import serve_metrics
from app.settings import settings
from app.tests.support.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.gateways.files.store import EncryptedFileStore
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.fixture
def bus() -> LiveBus:
    return LiveBus()


@pytest.fixture
def measures(bus: LiveBus, clock: Clock) -> Iterator[Metrics]:
    kept = Metrics(bus, clock)
    ear = MetricsLogHandler(kept)
    logging.getLogger().addHandler(ear)
    yield kept
    logging.getLogger().removeHandler(ear)


async def read(measures: Metrics) -> set[str]:
    return set((await measures.render_metrics()).decode().splitlines())


@pytest.fixture
async def browser(application: Litestar, measures: Metrics) -> Browser:
    return Browser(AccessLog(application, measures))


async def test_answers_are_counted_by_route_never_by_path(browser: Browser, measures: Metrics) -> None:
    async with browser:
        for path in ("/login", "/login/lien/secret", f"/demandes/{UUID(int=7)}", "/nulle/part"):
            await browser.http.get(path, follow_redirects=False)
        await browser.http.request("ZIBELINE", "/login")
    found = await read(measures)
    assert 'aplus_http_requests_total{method="GET",route="/login",status="200"} 1.0' in found
    assert 'aplus_http_requests_total{method="GET",route="/login/lien/{link}",status="410"} 1.0' in found
    assert 'aplus_http_requests_total{method="GET",route="/demandes/{case_id}",status="303"} 1.0' in found
    assert 'aplus_http_requests_total{method="GET",route="/{path}",status="404"} 1.0' in found
    assert any(line.startswith('aplus_http_request_duration_seconds_bucket{le="0.2",route="/login"}') for line in found)
    everything = "\n".join(found)
    assert "secret" not in everything and "nulle" not in everything and "ZIBELINE" not in everything


async def test_a_refused_login_and_a_refused_case_are_counted(
    cast: Cast, case_id: UUID, browser: Browser, measures: Metrics, sign_in: SignIn
) -> None:
    async with browser:
        page = await browser.get("/login/mot-de-passe")
        await browser.press(page, "Se connecter", adresse="agent.lot@exemple.fr", **{"mot-de-passe": "pas le bon"})
    assert (await (await sign_in(cast.agent_cher)).get(f"/demandes/{case_id}")).status == 404
    found = await read(measures)
    assert 'aplus_audit_entries_total{action="login.refused"} 1.0' in found
    assert 'aplus_audit_entries_total{action="case.refused"} 1.0' in found


async def test_letters_that_wait_and_jobs_that_are_late_are_told(
    cast: Cast, case_id: UUID, measures: Metrics, files: EncryptedFileStore, clock: Clock
) -> None:
    await run_due_jobs(list_recurring_jobs(files), clock.now)
    clock.advance(hours=25)
    found = await read(measures)
    assert 'aplus_unsent_emails{state="waiting"} 3.0' in found and 'aplus_unsent_emails{state="failed"} 0.0' in found
    assert (
        "aplus_oldest_unsent_email_seconds 90000.0" in found
        and 'aplus_job_overdue_seconds{job="erasure"} 3600.0' in found
    )


async def test_the_last_backup_s_age_is_told(database: str, measures: Metrics, clock: Clock) -> None:
    assert "aplus_backup_age_seconds NaN" in await read(measures)
    await record_backup(clock.now)
    clock.advance(hours=27)

    found = await read(measures)

    assert "aplus_backup_age_seconds 97200.0" in found and 'aplus_job_overdue_seconds{job="backup"} 3600.0' in found


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_streams_antivirus_and_a_loop_that_waits(cast: Cast, bus: LiveBus, clock: Clock) -> None:
    async def silent() -> bool:
        return False

    measures = Metrics(bus, clock, silent)
    bus.subscribe(cast.agent_lot)
    watch = asyncio.create_task(measures.measure_loop_lag())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(time.sleep, 0.4)
    await asyncio.sleep(0.5)
    watch.cancel()
    found = await read(measures)
    assert "aplus_open_streams 1.0" in found and "aplus_antivirus_up 0.0" in found
    assert "aplus_event_loop_lag_seconds 0.0" not in found


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_without_a_database_the_rest_is_still_told(
    database: str, measures: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("app.server.metrics.count_unsent_emails", gone)
    found = await read(measures)
    assert "aplus_open_streams 0.0" in found and "aplus_oldest_unsent_email_seconds NaN" in found


async def test_a_place_where_they_cannot_be_read_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """192.0.2.1 is an address of no machine (RFC 5737)."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for host in ("127.0.0.1", "192.0.2.1"):
            monkeypatch.setattr(serve, "settings", replace(settings, metrics_host=host, metrics_port=port))
            server = serve.Server(uvicorn.Config(Mock()), Mock(), Mock())
            server.lifespan = AsyncMock()
            with pytest.raises(SystemExit, match=r"^METRICS_HOST, METRICS_PORT : "):
                await server._start_metrics()
            server.lifespan.shutdown.assert_awaited_once()


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_the_private_port_has_them_and_nothing_else(database: str, measures: Metrics) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with (
        serve_metrics(measures, "127.0.0.1", port),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        for _ in range(100):
            try:
                answer = await http.get("/metrics")
                break
            except httpx2.ConnectError:
                await asyncio.sleep(0.02)
        assert "aplus_open_streams" in answer.text and answer.headers["content-type"].startswith("text/plain")
        assert (await http.get("/login")).status_code == 404
    with pytest.raises(httpx2.ConnectError):
        async with httpx2.AsyncClient() as http:
            await http.get(f"http://127.0.0.1:{port}/metrics")
