"""The log says what happened without personal data: a long walk leaves no address, name or token in it."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from litestar import get
from litestar.params import FromPath

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.rate_limit import RATE_LIMITS, LimitedAction, consume_rate_limit
from app.gateways.live.bus import LiveBus
from app.main import create_app
from app.routes import guards
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.routes.handlers import list_route_handlers
from app.routes.middleware.authentication import SESSION_COOKIE
from app.server.access_log import AccessLog
from app.server.json_log import JsonFormatter
from app.server.metrics import Metrics
from app.tests.support.browser import BASE, Browser, extract_path
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.log_check import LogRecorder, find_forbidden_lines
from db.tables.people import Person
from db.tables.teams import Team

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.gateways.files.store import EncryptedFileStore
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
SAID = "zibeline jeanne.zibeline@exemple.fr"


@pytest.fixture
def heard() -> Iterator[LogRecorder]:
    lines = LogRecorder()
    logging.getLogger().addHandler(lines)
    yield lines
    logging.getLogger().removeHandler(lines)


def told(lines: LogRecorder, **facts: object) -> list[dict[str, object]]:
    found = [json.loads(line) for line in lines.lines]
    return [line for line in found if facts.items() <= line.items()]


@get("/panne/{word:str}", guards=[guards.allow_anyone])
async def break_down(word: FromPath[str]) -> None:
    await Person.insert(Person(address=f"{SAID} {word}", created_at=None))


async def test_a_long_walk_leaves_nothing_of_anybody(
    cast: Cast,
    clock: Clock,
    email_folder: FolderTransport,
    files: EncryptedFileStore,
    email_worker: EmailWorker,
    heard: LogRecorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.main.list_route_handlers", lambda: [*list_route_handlers(), break_down])
    application = create_app(clock=clock, email_transport=email_folder, file_store=files)
    async with Browser(AccessLog(application, Metrics(LiveBus(), clock))) as browser:
        page = await browser.get("/login?next=/demandes%3Fq%3Dzibeline")
        await browser.press(page, "Recevoir mon lien de connexion", adresse="agent.lot@exemple.fr")
        await email_worker.deliver_due()
        found = re.search(r"https?://\S+", (await email_folder.read())[0].text)
        assert found
        await browser.press(await browser.get(extract_path(found[0])), "Me connecter")
        case = await browser.press(await fill_to_check(browser, await to_organisations(browser)), "Envoyer ma demande")
        await browser.press_with([("zibeline.txt", b"zibeline")], case, "Envoyer le message", message="zibeline " * 9)
        await browser.get("/demandes?q=zibeline")
        token = browser.http.cookies[SESSION_COOKIE]
        for path in (f"/panne/{token}?q={token}", f"/demandes/{UUID(int=1)}?q=zibeline", "/zibeline/jeanne@exemple.fr"):
            await browser.get(path)
        await browser.http.post(
            "/login/mot-de-passe", data={"adresse": SAID}, headers={"origin": "https://zibeline.fr"}
        )
        await browser.get("/login/lien/" + "0" * 64)

    assert {"login.asked", "login", "case.sent", "case.message"} <= {line.get("action") for line in told(heard)}
    crashed = told(heard, logger="aplus.errors", route="/panne/{word}", person=cast.agent_lot.id)
    assert len(crashed) == 1 and re.fullmatch("[0-9a-f]{8}", str(crashed[0]["incident"]))
    assert crashed[0]["exception"] and "test_json_log.py" in str(crashed[0]["where"])
    assert told(heard, logger="aplus.access", route="/login/mot-de-passe", method="POST", status=403)
    assert find_forbidden_lines(heard.lines) == [] and not any(token in line for line in heard.lines)


async def test_a_refusal_says_the_person_or_else_the_network(
    cast: Cast, case_id: UUID, heard: LogRecorder, clock: Clock
) -> None:
    """A person’s id, or « 203.0.113.0/24 »: nothing that identifies one machine."""
    application = AccessLog(create_app(clock=clock), Metrics(LiveBus(), clock))
    session = await begin_session(cast.agent_cher.id, remember=False, browser="", now=clock())
    async with Browser(application) as browser:
        await browser.http.post("/login", data={"adresse": "a@b.fr"})  # without its token: 403
        await browser.http.get("/demandes", headers={"host": "evil.example"})  # 400
        await browser.http.get("/zibeline")  # 404
        await browser.http.post(f"/demandes/{case_id}/messages", headers={"origin": BASE})  # 401
        browser.http.cookies[SESSION_COOKIE] = session
        await browser.http.get(f"/demandes/{case_id}")  # 404
        await browser.http.post("/equipes/nouvelle", headers={"origin": BASE})  # 403

    refused = told(heard, logger="aplus.access")
    assert [line["status"] for line in refused] == [403, 400, 404, 401, 404, 403]
    assert [line.get("network") for line in refused] == ["127.0.0.0/24"] * 4 + [None] * 2
    assert [line.get("person") for line in refused] == [None] * 4 + [cast.agent_cher.id] * 2


async def test_a_case_that_ended_a_heavy_form_and_a_burst_are_refusals_too(
    cast: Cast, case_id: UUID, heard: LogRecorder, clock: Clock
) -> None:
    """410, 413 and 429 are a log line each; the audit log has only the 410, of a case that is no longer theirs."""
    referent, cpam = cast.referent_caf_lot, await Team.select(Team.id).where(Team.name == "CPAM du Lot").first()
    assert cpam is not None
    await open_and_read_case(referent, case_id, clock())
    await transfer(referent, case_id, cpam["id"], "Compétente", clock())
    await consume_rate_limit(
        LimitedAction.MESSAGE, cast.agent_lot, clock(), times=RATE_LIMITS[LimitedAction.MESSAGE].burst
    )
    application = AccessLog(create_app(clock=clock), Metrics(LiveBus(), clock))
    path = f"/demandes/{case_id}"
    async with Browser(application) as browser:
        for actor in (referent, cast.agent_lot):
            session = await begin_session(actor.id, remember=False, browser="", now=clock())
            browser.http.cookies[SESSION_COOKIE] = session
            page = await browser.get(path)  # 410 for the first
        await browser.press(page, "Envoyer le message", message="Un mot")  # 429
        heavy = {"origin": BASE, "content-type": "application/x-www-form-urlencoded"}
        await browser.http.post(f"{path}/cloture", content=b"issue=" + b"x" * 600_000, headers=heavy)  # 413

    refused = told(heard, logger="aplus.access")
    assert [(line["status"], line.get("person")) for line in refused] == [
        (410, referent.id),
        (429, cast.agent_lot.id),
        (413, cast.agent_lot.id),
    ]
    assert [line["action"] for line in told(heard, logger="aplus.audit", person=referent.id)][-1] == "case.refused"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 410, 413, 429, 500, 503])
async def test_every_refusal_is_a_line_and_an_ipv6_network_is_a_48(
    heard: LogRecorder, status: int, clock: Clock
) -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def ignore(message: Any) -> None: ...

    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": ("2001:db8:1:2::3", 1)}
    await AccessLog(refuse, Metrics(LiveBus(), clock))(scope, ignore, ignore)  # type: ignore[arg-type]
    (line,) = told(heard, logger="aplus.access", status=status)
    assert line["network"] == "2001:db8:1::/48" and "person" not in line


def line_of(logger: str, message: object, *args: object, **extra: object) -> str:
    return JsonFormatter().format(logging.makeLogRecord({"name": logger, "msg": message, "args": args, **extra}))


def test_a_line_stays_one_line() -> None:
    line = line_of("aplus.email", "refused %s", 'x\r\n{"level": "error"}\u2028')
    assert len(line.splitlines()) == 1 and json.loads(line)["event"] == 'refused x\r\n{"level": "error"}\u2028'


def test_only_allowed_fields_are_told() -> None:
    found = json.loads(line_of("aplus.access", "request_failed", status=404, address="a@b.fr", person=7))
    assert set(found) == {"at", "level", "logger", "event", "status", "person"}


def test_of_what_is_not_ours_only_the_pattern_is_told() -> None:
    assert json.loads(line_of("library", "cannot reach %s", "a@b.fr"))["event"] == "cannot reach %s"
    assert json.loads(line_of("library", "cannot reach a@b.fr"))["event"] == ""
    assert "b.fr" not in line_of("library", ValueError("a@b.fr"))


def test_an_exception_is_its_kind_and_its_places() -> None:
    try:
        raise ValueError("a@b.fr")
    except ValueError:
        found = json.loads(line_of("aplus.errors", "incident", exc_info=sys.exc_info()))
    assert found["exception"] == "ValueError" and "test_an_exception" in found["where"][0] and "b.fr" not in str(found)
