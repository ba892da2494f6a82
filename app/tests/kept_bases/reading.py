"""A kept base read as people read it, through pages, and as a machine reads it, row by row.

When a page’s wording or a table’s name changes, this module changes and facts.json stays as it is.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from litestar import Litestar

from app.cast import build_address
from app.domain.authentication.sessions import begin_session
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import Browser
from app.tests.support.rows import Database
from db.tables.people import Person
from db.tables.statistics import RECOMPUTED_TABLES

READERS = (
    *("agent.lot", "collegue.lot", "agent.cher", "referent.caf.lot", "referent.msa.lot", "referent.cpam.lot"),
    *("referent.pref.lot", "referent.caf.cher", "responsable.caf.lot", "expert", "superviseur.lot", "admin"),
)
VIEWS = ("en-cours", "cloturees")
_TAB = re.compile(r'<a href="/demandes\?vue=([a-z-]+)"[^>]*>[^<]*\((\d+)\)</a>')
_LINE = re.compile(r'<li id="c-([0-9a-f-]{36})"')
_ROW = re.compile(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>')
_CELL = re.compile(r"<td>([^<]*)</td>")
STATISTICS_COLUMNS = ("new", "seen", "answered", "late", "urgent", "sent lately", "closed lately")
"""The columns of the page of statistics, in order; the delay of a first answer, in words, follows them."""


@asynccontextmanager
async def open_signed_in_browser(application: Litestar, login: str, now: datetime) -> AsyncIterator[Browser]:
    """A browser in which this person has just logged in."""
    row = await Person.select(Person.id).where(Person.address == build_address(login)).first()
    assert row
    token = await begin_session(row["id"], remember=False, browser="tests", now=now, second_factor=login == "admin")
    async with Browser(application) as browser:
        browser.http.cookies.set(SESSION_COOKIE, token)
        yield browser


async def read_page(browser: Browser, path: str, **asked: str) -> str:
    answer = await browser.http.get(path, params=asked)
    assert answer.status_code == 200, f"{path} answers {answer.status_code}"
    return answer.text


async def read_tab_counts(browser: Browser) -> dict[str, int]:
    """The count of each tab of « Mes demandes »."""
    return {view: int(count) for view, count in _TAB.findall(await read_page(browser, "/demandes", vue="en-cours"))}


async def search_cases(browser: Browser, words: str) -> set[str]:
    """Ids of the open and closed cases that a search finds."""
    pages = [await read_page(browser, "/demandes", vue=view, q=words) for view in VIEWS]
    return {case for page in pages for case in _LINE.findall(page)}


async def read_statistics(browser: Browser) -> dict[str, dict[str, int]]:
    """Of each area and of each organisation."""
    page = await read_page(browser, "/administration/demandes")
    lines = {name: _CELL.findall(row) for name, row in _ROW.findall(page)}
    return {
        name: dict(zip(STATISTICS_COLUMNS, map(int, cells[: len(STATISTICS_COLUMNS)]), strict=True))
        for name, cells in lines.items()
    }


async def count_rows(database: Database) -> dict[str, int]:
    """Except tables that are computed from the others."""
    counted, derived = {}, {table._meta.tablename for table in RECOMPUTED_TABLES}
    for table in sorted(set(await database.list_tables()) - derived):
        ((counted[table],),) = await database.fetch(f'SELECT count(*) FROM "{table}"')  # noqa: S608 # nosec B608
    return counted


async def count_statuses(database: Database) -> dict[str, int]:
    return dict(await database.fetch("SELECT status, count(*) FROM cases GROUP BY status ORDER BY status"))
