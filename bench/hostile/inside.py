"""Runs the platform in this process, on a new SQLite database, with people, browsers and a clock set by hand."""

import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from litestar import Litestar

from app.cast import Cast, load_cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.gateways.email.transport import FolderTransport
from app.gateways.files.store import EncryptedFileStore
from app.main import build_state, create_app
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import clear_rate_limits, make_draft
from app.tests.support.fixtures import Clock, build_template, open_engine
from db.engine import build_engine


@dataclass
class Platform:
    """base: the file of the database."""

    cast: Cast
    clock: Clock
    files: EncryptedFileStore
    application: Litestar
    sign_in: Callable[[Actor], Awaitable[Browser]]
    base: Path

    async def send_case(self) -> UUID:
        await clear_rate_limits()
        case_id = await make_draft(self.cast.agent_lot, self.clock.now, "CAF", "MSA")
        await submit(self.cast.agent_lot, case_id, self.clock.now)
        return case_id


@asynccontextmanager
async def run_platform() -> AsyncIterator[Platform]:
    with TemporaryDirectory(prefix="aplus-inside-") as name:
        folder, clock, application = Path(name), Clock(), create_app()
        base, files = folder / "base.sqlite", EncryptedFileStore(folder / "pieces", requires_scan=False)
        with contextlib.redirect_stdout(io.StringIO()):
            await build_template(build_engine(f"sqlite:///{base}"))
        application.state = build_state(clock, FolderTransport(folder / "letters"), files)
        async with open_engine(build_engine(f"sqlite:///{base}")), AsyncExitStack() as stack:

            async def sign_in(actor: Actor) -> Browser:
                browser = await stack.enter_async_context(Browser(application))
                token = await begin_session(actor.id, remember=False, browser="bench", now=clock.now)
                browser.http.cookies.set(SESSION_COOKIE, token)
                return browser

            yield Platform(await load_cast(), clock, files, application, sign_in, base)
