"""Each route that shows a case’s content marks it Consultée for a referent, and writes one line of the audit log.

All routes are tried, so that a new one is included. Source: the product’s brief, « Consultée : au moins un Référent a
ouvert ma demande »; features.md G5.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

import httpx2
import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.thread.posting import post_message
from app.domain.files.store import FileStore
from app.domain.opaque_ids import IdPurpose, encode_id
from app.domain.platform.state import begin_maintenance
from app.routes.cases.last_shown import encode_last_shown
from app.routes.live import stream
from app.tests.access_matrix.route_rules import ROUTE_RULES
from app.tests.access_matrix.rules import Access, FormValues, RouteRule
from app.tests.access_matrix.undone import undone
from app.tests.access_matrix.world import end_stream, load_row_ids
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.browser import BASE, Browser
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.product_code import list_product_files
from db.engine import is_postgres
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
CONTENT = "Rien depuis trois mois."
"""The description of the case. Lists show its subject and the citizen’s name, and do not open it."""
SHOWS_NOTHING = {
    "GET /demandes/{case_id:uuid}/noms": "names the colleagues of the reader's own side",
    "POST /demandes/{case_id:uuid}/message-en-cours": "saves what is being typed and answers 204",
    "POST /demandes/{case_id:uuid}/pieces": "says how much of the sender's own file has come",
    "POST /pieces/{attachment_id:uuid}/reception": "says the same",
}
"""Routes that name a case or a file and show nothing of the case, as the test checks."""
READING_RULES = (Access.CASE, Access.MESSAGE, Access.ATTACHMENT)
READING = [row for row in ROUTE_RULES if row.rule in READING_RULES and row.name not in SHOWS_NOTHING]
LOOKS = [row for row in READING if row.method == "GET"]
CASE_LOOKS = [row for row in LOOKS if row.rule != Access.MESSAGE]
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


@dataclass(frozen=True)
class UnopenedCase:
    """A case that no referent has opened. `message` is the reader’s, who answered without opening it."""

    case: UUID
    attachment: UUID
    message: int
    reader: Actor

    def address(self, row: RouteRule, numbers: dict[str, int]) -> str:
        values = {name: numbers.get(str(value), value) for name, value in row.values.items()}
        ids: dict[str, Any] = {"case_id": self.case, "draft_id": self.case, "attachment_id": self.attachment}
        return row.build_path({**ids, "message": encode_id(IdPurpose.MESSAGE, self.message), **values})

    async def count_traces(self) -> tuple[bool, int]:
        """Whether a team has opened it, and the number of lines of the audit log for the reader."""
        seen = await Recipient.exists().where(Recipient.case == self.case, Recipient.seen_at.is_not_null())
        mine = (AuditEntry.case_id == self.case) & (AuditEntry.person_id == self.reader.id)
        return seen, int(await AuditEntry.count().where(AuditEntry.action == "case.read", mine))

    async def status(self) -> str:
        row = await Case.select(Case.status).where(Case.id == self.case).first()
        return str(row and row["status"])


async def send_case(cast: Cast, store: FileStore, now: datetime, *, answered: bool = False) -> UnopenedCase:
    agent, julien = cast.agent_lot, cast.referent_caf_lot
    case_id = await make_draft(agent, now, "CAF", "MSA")
    attachment = await attach_file(agent, store, case_id, now)
    await submit(agent, case_id, now)
    if answered:
        await post_message(julien, case_id, CONTENT, key="answer", now=now)
    row = await Message.select(Message.id).where(Message.case == case_id).first()
    return UnopenedCase(case_id, attachment, row["id"] if row else 0, julien)


def ways(row: RouteRule) -> Iterator[tuple[dict[str, str], FormValues]]:
    """Whole and as a fragment; a form filled, and empty, which is refused and shown again."""
    forms = [row.form, {}] if row.method == "POST" and row.form else [row.form]
    yield from product(({}, PARTIAL), forms)


def expected(row: RouteRule, answer: httpx2.Response) -> frozenset[tuple[bool, int]]:
    """The traces that are allowed: opened with one line of the audit log, or neither.

    Reading a case or a file opens it. A post opens it when its answer has the content, and may when its answer is a
    part of the page.
    """
    assert row.name not in SHOWS_NOTHING or CONTENT not in answer.text, row.name
    shown, untouched = (True, 1), (False, 0)
    if CONTENT in answer.text or row in LOOKS:
        return frozenset({shown})
    return frozenset({shown, untouched} if row in READING else {untouched})


@dataclass(frozen=True)
class Reader:
    """Julien at his browser."""

    browser: Browser
    token: str

    async def ask(
        self,
        row: RouteRule,
        path: str,
        headers: dict[str, str] | None = None,
        form: FormValues | None = None,
        method: str = "",
    ) -> httpx2.Response:
        sent: dict[str, Any] = {"data": {"jeton": self.token, **(form or {})}} if row.method == "POST" else {}
        return await self.browser.http.request(
            method or row.method, path, headers={"origin": BASE, **(headers or {})}, follow_redirects=False, **sent
        )


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_wait_for_signals", end_stream)


@pytest.fixture
async def reader(cast: Cast, sign_in: SignIn) -> Reader:
    browser = await sign_in(cast.referent_caf_lot)
    token = (await browser.get("/profil")).soup.find("input", {"name": "jeton"})
    assert token is not None
    return Reader(browser, str(token["value"]))


@pytest.mark.parametrize("answered", [False, True])
async def test_each_route_that_shows_a_case_opens_it_once(
    answered: bool, cast: Cast, files: FileStore, now: datetime, reader: Reader
) -> None:
    known, numbers = await send_case(cast, files, now, answered=answered), await load_row_ids(cast)
    wrong, showing = [], set()
    for row in ROUTE_RULES:
        if (row.rule == Access.MESSAGE) != answered or (is_postgres() and row not in LOOKS):
            continue
        for headers, form in ways(row):
            async with undone():
                asked = row, known.address(row, numbers), headers, form
                answers = [await reader.ask(*asked), await reader.ask(*asked)]
                wanted, found, status = expected(row, answers[0]), await known.count_traces(), await known.status()
            if found[0]:
                showing.add(row.name)
            if found not in wanted or (found[0] and status == "new"):
                how = "fragment" if headers else "page"
                wrong.append(f"{row.name} {form or ''} {how}: {answers[0].status_code}, {status}, marks {found}")
    assert not wrong, f"{len(wrong)} ways show a case without opening it, or the reverse:\n" + "\n".join(wrong)
    assert len(showing) >= (1 if answered else 10 if is_postgres() else 20), showing


async def test_looking_at_the_headers_of_a_page_opens_nothing(
    cast: Cast, files: FileStore, now: datetime, reader: Reader
) -> None:
    known = await send_case(cast, files, now, answered=True)
    for row in LOOKS:
        answer = await reader.ask(row, known.address(row, {}), method="HEAD")
        assert (answer.content, await known.count_traces()) == (b"", (False, 0)), row.name


async def test_a_page_that_lacks_nothing_is_shown_nothing_and_opens_nothing(
    cast: Cast, files: FileStore, now: datetime, reader: Reader
) -> None:
    known, address = await send_case(cast, files, now), "/demandes/{}".format
    last = encode_last_shown(known.reader, case := await load_visible_case(known.reader, known.case), case.last_event)

    polled = await reader.browser.http.get(f"{address(known.case)}/nouvelles", headers={"if-none-match": f'"{last}"'})
    streamed = await reader.browser.http.get(f"{address(known.case)}/flux", headers={"last-event-id": last})

    assert (polled.status_code, polled.content, streamed.content) == (304, b"", stream.PING)
    assert await known.count_traces() == (False, 0)


async def test_in_maintenance_each_of_them_shows_the_case_and_writes_nothing(
    cast: Cast, files: FileStore, now: datetime, reader: Reader
) -> None:
    known = await send_case(cast, files, now)
    before = [(await reader.ask(row, known.address(row, {}), method="GET")).status_code for row in CASE_LOOKS]
    hidden = await send_case(cast, files, now)
    await begin_maintenance(cast.admin, now)

    answers = [await reader.ask(row, hidden.address(row, {})) for row in CASE_LOOKS]

    assert [answer.status_code for answer in answers] == before
    assert (await hidden.count_traces(), await hidden.status()) == ((False, 0), "new")


async def test_each_door_ends_the_right_to_withdraw(
    cast: Cast, files: FileStore, now: datetime, reader: Reader, sign_in: SignIn
) -> None:
    known, carmen = await send_case(cast, files, now), await sign_in(cast.agent_lot)
    confirm = await carmen.press(await carmen.get(f"/demandes/{known.case}"), "Retirer la demande")
    for row in CASE_LOOKS:
        async with undone():
            assert (await reader.ask(row, known.address(row, {}))).status_code == 200, row.name
            page = await carmen.press(confirm, "Confirmer le retrait")
        assert page.status == 409 and "Un référent a ouvert la demande entre-temps" in page.text, row.name
        assert page.shows_status("Consultée") and not page.has_button("Retirer la demande"), row.name


async def test_an_expert_and_an_agent_are_in_the_trail_once_by_any_door(
    cast: Cast, files: FileStore, now: datetime, sign_in: SignIn
) -> None:
    known = await send_case(cast, files, now)
    await invite_expert(cast.agent_lot, known.case, "Bloqué", now)
    for actor in (cast.agent_lot, cast.expert):
        browser = await sign_in(actor)
        for row in CASE_LOOKS * 2:
            assert (await browser.http.get(known.address(row, {}))).status_code == 200, row.name
        assert await replace(known, reader=actor).count_traces() == (False, 1)
    assert await known.status() == "new"


def test_an_opened_case_is_made_in_one_place() -> None:
    """OpenedCase is the proof that a case was opened: only one place of the product makes it."""
    assert [path.name for path in list_product_files("app") if "OpenedCase(" in path.read_text()] == ["opening.py"]
