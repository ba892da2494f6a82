"""Every route × every person × every relation: a hidden page equals the page of what is absent; nothing else leaks.

A route without a row in app/tests/access_matrix/route_rules.py fails. Each cell runs in a transaction that is rolled
back, so that one world serves all, on each database. Source: security.md T01-T06.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.files.store import FileStore
from app.domain.opaque_ids import IdPurpose, encode_id
from app.routes.handlers import list_resolved_handlers
from app.routes.live import stream
from app.tests.access_matrix.documented_rights import find_allowed_actions, read_rights_in_code
from app.tests.access_matrix.former_rows import MOVED, STILL_SERVED
from app.tests.access_matrix.leaks import find_leaks
from app.tests.access_matrix.route_rules import ROUTE_RULES
from app.tests.access_matrix.rules import Access, RouteRule
from app.tests.access_matrix.undone import undone
from app.tests.access_matrix.world import (
    ALL_LOGINS,
    World,
    build_world,
    deactivate,
    end_stream,
    load_row_ids,
)
from app.tests.support.browser import BASE, Browser
from app.tests.support.supervisors import make_supervisor
from db.engine import is_postgres

pytestmark = pytest.mark.slow
SignIn = Callable[[Actor], Awaitable[Browser]]
ALLOWED, FORBIDDEN, LEADS_ELSEWHERE = {200, 204, 303, 422}, {403, 409}, {204, 303, 404, 409}
SENT_BEFORE = {410}
"""A step of a draft that was sent meanwhile, posted by a reader of the case: the page returns the typed text."""
NOT_ARRIVED = {"anonymous", "deactivated", "newcomer_lot"}
LIKE_ANOTHER = {"manager_caf_lot", "pilot_caf"}
"""On cases, the rights of a referent of the same team, and of a supervisor."""
BOTH_WAYS = {"open", "draft", "between referents"}
DRAFT_TARGETS = ("draft", "open", "closed", "cher", "erased")
ON_POSTGRESQL = {"draft", "open", "closed"}
RIGHTS = read_rights_in_code()
ROWS = "app/tests/access_matrix/route_rules.py or case_rules.py"
ALL_ROWS = [*ROUTE_RULES, *MOVED, *STILL_SERVED]
_CHANGING = re.compile(r'(name="(?:jeton|cle|brouillon)" value=")[^"]*|[0-9a-f]{8}-[0-9a-f-]{27}|/messages/[\w-]{11}')


def routes() -> set[str]:
    return {
        f"{method} {path}"
        for handler in list_resolved_handlers()
        for path in handler.paths
        for method in handler.http_methods - {"HEAD"}
    }


def test_each_route_has_its_row() -> None:
    for name in sorted(routes() - {row.name for row in ALL_ROWS}):
        pytest.fail(f"« {name} » has no row: say who may use it in {ROWS}, as its neighbours do")
    for name in sorted({row.name for row in ALL_ROWS} - routes()):
        pytest.fail(f"« {name} » is no route any more: take its row out of {ROWS}")


@dataclass(frozen=True)
class Cell:
    """A row on one target. `absent` is the same address with an id that does not exist."""

    row: RouteRule
    target: str
    path: str
    absent: str


def cells(world: World, numbers: dict[str, int]) -> Iterator[Cell]:
    for listed in ALL_ROWS:
        row = replace(listed, form={name: str(numbers.get(value, value)) for name, value in listed.form.items()})
        values = {name: numbers.get(str(value), value) for name, value in row.values.items()}
        if row.rule in (Access.CASE, Access.DRAFT):
            name = "case_id" if row.rule == Access.CASE else "draft_id"
            chosen = (
                world.cases if row.rule == Access.CASE else {target: world.cases[target] for target in DRAFT_TARGETS}
            )
            for target, known in chosen.items():
                yield _cell(row, target, {name: known.id, **values}, {name: uuid4(), **values})
        elif row.rule == Access.ATTACHMENT:
            for target, file in world.files.items():
                yield _cell(row, target, {"attachment_id": file.id}, {"attachment_id": uuid4()})
        elif row.rule == Access.MESSAGE:
            _, message_id, _ = world.message
            for target, known in world.cases.items():
                message = encode_id(IdPurpose.MESSAGE, message_id)
                yield _cell(
                    row, target, {"case_id": known.id, "message": message}, {"case_id": uuid4(), "message": message}
                )
        else:
            yield _cell(row, ", ".join(f"{name} {value}" for name, value in row.values.items()), values, values)


def _cell(row: RouteRule, target: str, values: dict[str, Any], absent: dict[str, Any]) -> Cell:
    return Cell(row, target, row.build_path(values), row.build_path(absent))


HIDDEN = frozenset[int]()
LEADS_ON = frozenset({308})
FORMER, ENDED_STREAM = frozenset({410}), frozenset({200})
ANYTHING = frozenset({200, 204, 303, 400, 404, 410, 422, 429})
"""A public page, for every person: never « log in », never « not for you »."""


def expected(cell: Cell, who: str, world: World, *, partial: bool) -> frozenset[int]:
    """The statuses that are allowed; HIDDEN where the answer must equal the one of an absent row."""
    row, reads = cell.row, cell.row.method == "GET"
    if row.rule == Access.ANYBODY:
        return LEADS_ON if row in MOVED else ANYTHING
    if row.rule == Access.NOBODY:
        return frozenset({403})
    if who in ("anonymous", "deactivated"):
        return frozenset({303 if reads and not partial else 401})
    if who == "newcomer_lot" and row.rule != Access.ARRIVING:
        return frozenset({303 if reads and not partial else 403})
    if row.rule in (Access.ARRIVING, Access.ARRIVED):
        return LEADS_ON if row in MOVED else frozenset(ALLOWED)
    if row.rule == Access.ONLY:
        return _of_a_page(row, who)
    if row.rule == Access.ATTACHMENT:
        return _of_a_file(cell, who, world)
    return _of_a_case(cell, who, world)


def _of_a_page(row: RouteRule, who: str) -> frozenset[int]:
    """A person with the right may learn that the case changed since their page was opened."""
    if who in row.logins:
        return frozenset(ALLOWED if row.method == "GET" else {*ALLOWED, 409})
    return frozenset({403 if who in row.refused else row.otherwise})


def _of_a_file(cell: Cell, who: str, world: World) -> frozenset[int]:
    """An upload accepts only a file that its uploader has not sent yet."""
    file = world.files[cell.target]
    if cell.row.method == "POST":
        return frozenset(ALLOWED) if who == file.uploader else HIDDEN
    return frozenset(ALLOWED) if who in file.readers else HIDDEN


def _of_a_case(cell: Cell, who: str, world: World) -> frozenset[int]:
    target = world.cases[cell.target]
    allowed = find_allowed_actions(RIGHTS, target.relations.get(who, set()), target.kind)
    if not allowed and (cell.target, who) in world.former:
        return ENDED_STREAM if cell.path.endswith("/flux") else FORMER
    if not allowed:
        return HIDDEN
    if cell.row.rule == Access.MESSAGE:
        case_id, _, author = world.message
        return frozenset(ALLOWED if (target.id, who) == (case_id, author) else {404, 409})
    if cell.row.actions & allowed or cell.row.done_by in target.relations.get(who, set()):
        return frozenset(ALLOWED)
    if cell.row.rule == Access.DRAFT and cell.row.method == "POST":
        return frozenset(LEADS_ELSEWHERE | SENT_BEFORE)
    if target.kind == "draft" or cell.row.rule == Access.DRAFT:
        return frozenset(LEADS_ELSEWHERE)
    return frozenset(FORBIDDEN)


@dataclass
class Visitors:
    """Each person’s browser, with the token of their forms."""

    browsers: dict[str, Browser]
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, httpx2.Cookies] = field(default_factory=dict)
    baselines: dict[tuple[str, str, str, bool, bool], tuple[int, str]] = field(default_factory=dict)

    async def take_tokens(self) -> None:
        for who, browser in self.browsers.items():
            page = await browser.get("/login" if who in ("anonymous", "deactivated") else "/bienvenue")
            found = page.soup.find("input", {"name": "jeton"})
            assert found is not None, who
            self.tokens[who] = str(found["value"])
            self.cookies[who] = httpx2.Cookies(browser.http.cookies)

    async def ask(self, who: str, cell: Cell, path: str, *, partial: bool, filled: bool) -> httpx2.Response:
        """Runs in a transaction that is rolled back."""
        headers = {"origin": BASE, "accept-encoding": "identity", **({"hx-request-type": "partial"} if partial else {})}
        form = {"jeton": self.tokens[who], **(cell.row.form if filled else {})}
        options: dict[str, Any] = {"data": form} if cell.row.method == "POST" else {}
        client = self.browsers[who].http
        client.cookies = httpx2.Cookies(self.cookies[who])
        async with undone():
            return await client.request(cell.row.method, path, headers=headers, follow_redirects=False, **options)

    async def absent(self, who: str, cell: Cell, *, partial: bool, filled: bool) -> tuple[int, str]:
        step = str(cell.row.values.get("step", ""))
        key = (who, cell.row.name, step, partial, filled)
        if key not in self.baselines:
            self.baselines[key] = normalise_answer(
                await self.ask(who, cell, cell.absent, partial=partial, filled=filled)
            )
        return self.baselines[key]


def normalise_answer(answer: httpx2.Response) -> tuple[int, str]:
    """What the person sees, without form tokens and the id in the request."""
    return answer.status_code, _CHANGING.sub(r"\1", answer.text)


def check_answer(
    wanted: frozenset[int], answer: httpx2.Response, absent: tuple[int, str] | None, *, filled: bool
) -> str:
    """What is wrong with the answer; empty if nothing. An invalid form may be refused before its owner is checked."""
    if absent is None:
        wanted = wanted if filled else wanted | {422}
        return "" if answer.status_code in wanted else f"{answer.status_code}, not one of {sorted(wanted)}"
    if absent[0] != 404 and (filled or absent[0] != 422):
        return f"what is absent answers {absent[0]}, not 404"
    return (
        "" if normalise_answer(answer) == absent else f"{answer.status_code}, and not the very page of what is absent"
    )


@pytest.fixture
async def visitors(
    application: Litestar, cast: Cast, sign_in: SignIn, anonymous_browser: Browser, now: datetime
) -> Visitors:
    browsers = {who: await sign_in(getattr(cast, who)) for who in (*ALL_LOGINS, "newcomer_lot")}
    browsers["deactivated"] = await sign_in(cast.referent_msa_lot)
    browsers["pilot_caf"] = await sign_in(await make_supervisor("pilote", now, organisations=["CAF"]))
    return Visitors({**browsers, "anonymous": anonymous_browser})


async def test_every_route_answers_each_person_as_the_matrix_says(
    cast: Cast, visitors: Visitors, files: FileStore, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_wait_for_signals", end_stream)
    world = await build_world(cast, files, now)
    await deactivate(cast.referent_msa_lot.id)
    await visitors.take_tokens()
    wrong, tried = [], 0
    for cell in cells(world, await load_row_ids(cast)):
        for who in visitors.browsers:
            for partial, filled in _ways(cell, who, brief=is_postgres()):
                wanted = expected(cell, who, world, partial=partial)
                absent = None if wanted else await visitors.absent(who, cell, partial=partial, filled=filled)
                answer = await visitors.ask(who, cell, cell.path, partial=partial, filled=filled)
                tried += 1
                found = [check_answer(wanted, answer, absent, filled=filled), *find_leaks(who, world, answer.text)]
                how = "fragment" if partial else "" if filled else "empty form"
                wrong += [f"{cell.row.name} [{cell.target}] {who} {how}: {said}" for said in found if said]
    assert not wrong, f"{len(wrong)} of {tried} cells:\n" + "\n".join(wrong[:400])
    assert tried > (1500 if is_postgres() else 4000)


def _ways(cell: Cell, who: str, *, brief: bool) -> list[tuple[bool, bool]]:
    """The requests to try, as (fragment, filled form): both values where each sort of relation is met.

    A person who is stopped before any target is loaded is tried on those targets only.
    """
    both = cell.target in BOTH_WAYS
    if (who in NOT_ARRIVED | LIKE_ANOTHER and cell.row.needs_target and not both) or (
        brief and _runs_on_sqlite_only(cell)
    ):
        return []
    if both and not brief and (cell.row.method == "GET" or cell.row.form):
        return [(False, True), (cell.row.method == "GET", cell.row.method == "GET")]
    return [(False, True)]


def _runs_on_sqlite_only(cell: Cell) -> bool:
    """The rules are the same Python on both databases: PostgreSQL gets one case for each sort of query."""
    return cell.row.rule in (Access.CASE, Access.DRAFT, Access.MESSAGE) and cell.target not in ON_POSTGRESQL
