"""bin/bench fuzz [requests]: sends requests that no page sends, from every person to every address, on both databases.

Each run has a new world, because some requests do harm. A response that computes for more than 200 ms would block other
pages, so the thread’s own time is measured. The seed is the number of the run.
"""

import asyncio
import contextlib
import gc
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from litestar import Litestar
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import build_people, load_cast
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.domain.catalogue.loading import load_reference
from app.gateways.email.transport import FolderTransport
from app.gateways.files.store import EncryptedFileStore
from app.main import create_app
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fuzz import ROLES, FuzzRequest, build_hostile_requests, find_form_token, send
from bench.imports import databases
from db.engine import build_engine, use_engine
from db.tables.people import Person
from db.tables.rate_limits import RateLimitHit

REQUESTS, STALL = 100_000, 0.2


@dataclass
class FuzzResult:
    answers: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    stalls: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    longest: float = 0.0


def run_fuzz() -> int:
    """Prints a line for each database. Returns 1 when a request failed, stalled or was answered without a page."""
    number = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS
    print("database      requests  2xx/3xx      4xx  5xx  over 200 ms  without a page  longest, ms")
    with databases() as urls:
        return max(asyncio.run(_on(name, url, number // len(urls))) for name, url in urls.items())


async def _on(name: str, url: str, number: int) -> int:
    tally = FuzzResult()
    async with _application(url) as application:
        gc.collect()
        gc.freeze()  # as app/server/serve.py does
        for turn in count():
            await _turn(application, turn, tally)
            if tally.answers.total() >= number:
                break
    _print(name, tally)
    return int(bool(tally.broken or tally.stalls or tally.unclear))


@asynccontextmanager
async def _application(url: str) -> AsyncIterator[Litestar]:
    engine = build_engine(url)
    use_engine(engine)
    await engine.start()
    try:
        with contextlib.redirect_stdout(io.StringIO()), tempfile.TemporaryDirectory() as folder:
            await run_forwards("db")
            await load_reference()
            await build_people(datetime.now(UTC))
            letters, files = (
                FolderTransport(Path(folder) / "letters"),
                EncryptedFileStore(Path(folder) / "pieces", requires_scan=False),
            )
            yield create_app(email_transport=letters, file_store=files)
    finally:
        await engine.stop()


async def _turn(application: Litestar, turn: int, tally: FuzzResult) -> None:
    """Makes everyone active again, clears rate limits, and adds a case and a draft."""
    now, role = datetime.now(UTC), ROLES[turn % len(ROLES)]
    await Person.update({Person.active: True}, force=True)
    await RateLimitHit.delete(force=True)
    cast = await load_cast()
    case = await make_draft(cast.agent_lot, now, "CAF", "MSA")
    await submit(cast.agent_lot, case, now)
    begun = await make_draft(cast.agent_lot, now, "CAF")
    async with Browser(application) as browser:
        if role != "nobody":
            token = await begin_session(getattr(cast, role).id, remember=False, browser="bench", now=now)
            browser.http.cookies.set(SESSION_COOKIE, token)
        draw = random.Random(turn)  # noqa: S311
        for one in build_hostile_requests(
            application, draw, await find_form_token(browser), case_id=case, draft_id=begun
        ):
            await _try(browser, one, tally)


async def _try(browser: Browser, one: FuzzRequest, tally: FuzzResult) -> None:
    before = time.thread_time()
    answer = await send(browser, one)
    spent = time.thread_time() - before
    tally.longest = max(tally.longest, spent)
    tally.answers[str(answer.status_code)[0]] += 1
    described = f"{answer.status_code} {one!r:.400}"
    if answer.status_code >= 500:
        tally.broken.append(described)
    if spent > STALL:
        tally.stalls.append(f"{spent * 1000:.0f} ms {described}")
    if answer.status_code >= 400 and not answer.headers["content-type"].startswith("text/html"):
        tally.unclear.append(described)


def _print(name: str, tally: FuzzResult) -> None:
    got = tally.answers
    print(
        f"{name:12}{got.total():>10,}{got['2'] + got['3']:>9,}{got['4']:>9,}{got['5']:>5}{len(tally.stalls):>13}"
        f"{len(tally.unclear):>16}{tally.longest * 1000:>13.0f}",
        flush=True,
    )
    for described in (*tally.broken[:20], *tally.stalls[:20], *tally.unclear[:20]):
        print(f"  {described}")
