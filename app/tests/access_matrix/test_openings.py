"""Each route that shows a case's content marks it Consultée for a referent, and writes one line of the trail.

The route table is walked: a route added later is tried here without being named. Source: the sheet, « Consultée : au
moins un Référent a ouvert ma demande »; features.md G5.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

import httpx2
import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import visible_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.thread.posting import post
from app.domain.files.store import Store
from app.domain.opaque_ids import Use, hide
from app.domain.platform.state import begin_maintenance
from app.routes.live import stream
from app.tests.access_matrix.rows import ROWS, Form, Row, Rule
from app.tests.access_matrix.world import numbers_of, the_stream_ends
from app.tests.support.attachments_fixtures import join
from app.tests.support.browser import BASE, Browser
from app.tests.support.cases_fixtures import draft
from app.tests.support.product import product_code
from db.engine import is_postgres, transaction
from db.tables import Audit, Case, Message, Recipient

SignIn = Callable[[Actor], Awaitable[Browser]]
CONTENT = "Rien depuis trois mois."
"""The description of the case: lists show its subject and the citizen's name, and are no opening."""
SHOWS_NOTHING = {
    "POST /demandes/{case_id:uuid}/message-en-cours": "saves what is being typed and answers 204",
    "POST /demandes/{case_id:uuid}/pieces": "says how much of the sender's own file has come",
    "POST /pieces/{attachment_id:uuid}/reception": "says the same",
}
"""Routes that name a case or a file and show nothing of the case. The test checks that they do not."""
READINGS = (Rule.CASE, Rule.MESSAGE, Rule.ATTACHMENT)
LOOKS = [row for row in ROWS if row.method == "GET" and row.rule in READINGS]
CASE_LOOKS = [row for row in LOOKS if row.rule != Rule.MESSAGE]
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


class Undone(Exception):
    pass


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """One world serves all routes: what each of them did is rolled back."""
    try:
        async with transaction():
            yield
            raise Undone
    except Undone:
        pass


@dataclass(frozen=True)
class Known:
    """A case that no referent has opened. message is the reader's, who answered without opening it."""

    case: UUID
    attachment: UUID
    message: int
    reader: Actor

    def address(self, row: Row, numbers: dict[str, int]) -> str:
        values = {name: numbers.get(str(value), value) for name, value in row.values.items()}
        ids: dict[str, Any] = {"case_id": self.case, "draft_id": self.case, "attachment_id": self.attachment}
        return row.address({**ids, "message": hide(Use.MESSAGE, self.message), **values})

    async def marks(self) -> tuple[bool, int]:
        """Whether a team has opened it, and how many lines of the trail say that the reader was shown it."""
        seen = await Recipient.exists().where(Recipient.case == self.case, Recipient.seen_at.is_not_null())
        mine = (Audit.case_id == self.case) & (Audit.person_id == self.reader.id)
        return seen, int(await Audit.count().where(Audit.action == "case.read", mine))

    async def status(self) -> str:
        row = await Case.select(Case.status).where(Case.id == self.case).first()
        return str(row and row["status"])


async def sent(cast: Cast, store: Store, now: datetime, *, answered: bool = False) -> Known:
    agent, julien = cast.agent_lot, cast.referent_caf_lot
    case_id = await draft(agent, now, "CAF", "MSA")
    attachment = await join(agent, store, case_id, now)
    await submit(agent, case_id, now)
    if answered:
        await post(julien, case_id, CONTENT, key="answer", now=now)
    row = await Message.select(Message.id).where(Message.case == case_id).first()
    return Known(case_id, attachment, row["id"] if row else 0, julien)


def ways(row: Row) -> Iterator[tuple[dict[str, str], Form]]:
    """Whole and as a fragment; a form filled, and empty so that the rules refuse it and show it again."""
    forms = [row.form, {}] if row.method == "POST" and row.form else [row.form]
    yield from product(({}, PARTIAL), forms)


def expected(row: Row, answer: httpx2.Response) -> frozenset[tuple[bool, int]]:
    """The marks that may be found: opened, with one line of the trail, or neither.

    A reading of a case or of a file opens it. A post does when its answer has the content, and may when its answer is a
    part of the page.
    """
    assert row.name not in SHOWS_NOTHING or CONTENT not in answer.text, row.name
    shown, untouched = (True, 1), (False, 0)
    if CONTENT in answer.text or (row.method == "GET" and row.rule in READINGS):
        return frozenset({shown})
    if row.method == "POST" and row.rule in READINGS and row.name not in SHOWS_NOTHING:
        return frozenset({shown, untouched})
    return frozenset({untouched})


@dataclass(frozen=True)
class Reader:
    """Julien at his browser."""

    browser: Browser
    token: str

    async def ask(
        self, row: Row, path: str, headers: dict[str, str] | None = None, form: Form | None = None, method: str = ""
    ) -> httpx2.Response:
        sent: dict[str, Any] = {"data": {"jeton": self.token, **(form or {})}} if row.method == "POST" else {}
        return await self.browser.http.request(
            method or row.method, path, headers={"origin": BASE, **(headers or {})}, follow_redirects=False, **sent
        )


@pytest.fixture(autouse=True)
def streams_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_wake_up", the_stream_ends)


@pytest.fixture
async def reader(cast: Cast, signed_in: SignIn) -> Reader:
    browser = await signed_in(cast.referent_caf_lot)
    token = (await browser.get("/profil")).soup.find("input", {"name": "jeton"})
    assert token is not None
    return Reader(browser, str(token["value"]))


@pytest.mark.parametrize("answered", [False, True])
async def test_each_route_that_shows_a_case_opens_it_once(
    answered: bool, cast: Cast, files: Store, now: datetime, reader: Reader
) -> None:
    known, numbers = await sent(cast, files, now, answered=answered), await numbers_of(cast)
    wrong, showing = [], set()
    for row in ROWS:
        if (row.rule == Rule.MESSAGE) != answered or (is_postgres() and row not in LOOKS):
            continue
        for headers, form in ways(row):
            async with undone():
                asked = row, known.address(row, numbers), headers, form
                answers = [await reader.ask(*asked), await reader.ask(*asked)]
                wanted, found, status = expected(row, answers[0]), await known.marks(), await known.status()
            if found[0]:
                showing.add(row.name)
            if found not in wanted or (found[0] and status == "new"):
                how = "fragment" if headers else "page"
                wrong.append(f"{row.name} {form or ''} {how}: {answers[0].status_code}, {status}, marks {found}")
    assert not wrong, f"{len(wrong)} ways show a case without opening it, or the reverse:\n" + "\n".join(wrong)
    assert len(showing) >= (1 if answered else 10 if is_postgres() else 20), showing


async def test_looking_at_the_headers_of_a_page_opens_nothing(
    cast: Cast, files: Store, now: datetime, reader: Reader
) -> None:
    known = await sent(cast, files, now, answered=True)
    for row in LOOKS:
        answer = await reader.ask(row, known.address(row, {}), method="HEAD")
        assert (answer.content, await known.marks()) == (b"", (False, 0)), row.name


async def test_a_page_that_lacks_nothing_is_shown_nothing_and_opens_nothing(
    cast: Cast, files: Store, now: datetime, reader: Reader
) -> None:
    known, address = await sent(cast, files, now), "/demandes/{}".format
    last = hide(Use.APART_NEWS, (await visible_case(known.reader, known.case)).last_event)
    http = reader.browser.http

    polled = await http.get(f"{address(known.case)}/nouvelles", headers={"if-none-match": f'"{last}"'})
    streamed = await http.get(f"{address(known.case)}/flux", headers={"last-event-id": last})

    assert (polled.status_code, polled.content, streamed.content) == (304, b"", stream.PING)
    assert await known.marks() == (False, 0)


async def test_in_maintenance_each_of_them_shows_the_case_and_writes_nothing(
    cast: Cast, files: Store, now: datetime, reader: Reader
) -> None:
    known = await sent(cast, files, now)
    before = [(await reader.ask(row, known.address(row, {}), method="GET")).status_code for row in CASE_LOOKS]
    hidden = await sent(cast, files, now)
    await begin_maintenance(cast.admin, now)

    answers = [await reader.ask(row, hidden.address(row, {})) for row in CASE_LOOKS]

    assert [answer.status_code for answer in answers] == before
    assert (await hidden.marks(), await hidden.status()) == ((False, 0), "new")


async def test_each_door_ends_the_right_to_withdraw(
    cast: Cast, files: Store, now: datetime, reader: Reader, signed_in: SignIn
) -> None:
    known, carmen = await sent(cast, files, now), await signed_in(cast.agent_lot)
    confirm = await carmen.press(await carmen.get(f"/demandes/{known.case}"), "Retirer la demande")
    for row in CASE_LOOKS:
        async with undone():
            assert (await reader.ask(row, known.address(row, {}))).status_code == 200, row.name
            page = await carmen.press(confirm, "Confirmer le retrait")
        assert page.status == 409 and "Un référent a ouvert la demande entre-temps" in page.text, row.name
        assert page.shows_status("Consultée") and not page.has_button("Retirer la demande"), row.name


async def test_an_expert_and_an_agent_are_in_the_trail_once_by_any_door(
    cast: Cast, files: Store, now: datetime, signed_in: SignIn
) -> None:
    known = await sent(cast, files, now)
    await invite_expert(cast.agent_lot, known.case, "Bloqué", now)
    for actor in (cast.agent_lot, cast.expert):
        browser = await signed_in(actor)
        for row in CASE_LOOKS * 2:
            assert (await browser.http.get(known.address(row, {}))).status_code == 200, row.name
        assert await replace(known, reader=actor).marks() == (False, 1)
    assert await known.status() == "new"


def test_an_opened_case_is_made_in_one_place() -> None:
    """The type says that the case was opened: nothing else of the product claims it."""
    assert [path.name for path in product_code("app") if "OpenedCase(" in path.read_text()] == ["opening.py"]
