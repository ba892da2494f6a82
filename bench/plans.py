"""python -m bench.plans NATION, in the server’s environment: the queries of each page that scan a whole table. JSON.

NATION is the output of bench.nation. The pages are requested from the application, which records every query. The
database then explains each.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from app.main import create_app
from app.settings import settings
from bench.visits import STEPS, find_next_page
from db.engine import Engine, build_engine, is_postgres, use_engine

LARGE_TABLES = "cases|message|recipient|event|read_receipt|search_token"
_WHOLE = re.compile(rf"Seq Scan on ({LARGE_TABLES})\b")
_SCAN = re.compile(rf"^SCAN ({LARGE_TABLES})\b")
Query = tuple[str, list[Any]]


async def find_whole_scans(sessions: Mapping[str, str]) -> list[str]:
    """« table: query: steps », each once."""
    engine = build_engine(settings.database_url)
    use_engine(engine)
    await engine.start()
    try:
        found = dict[str, list[str]]()
        for step in STEPS:
            async with _noted(engine) as queries, _browser() as http:
                await _visit(http, sessions, step)
            for sql, args in queries:
                for table in await _read_whole(engine, sql, args):
                    steps = found.setdefault(f"{table}: {sql}", [])
                    steps += [step] if step not in steps else []
        return [f"{query}: {', '.join(steps)}" for query, steps in found.items()]
    finally:
        await engine.stop()


@asynccontextmanager
async def _browser() -> AsyncIterator[httpx2.AsyncClient]:
    application: Any = create_app()
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url=settings.public_url) as http:
        yield http


async def _visit(http: httpx2.AsyncClient, sent: Mapping[str, str], step: str) -> None:
    """Reads the page of a form before posting it, as its page has most of the queries of the post."""
    who, what = STEPS[step]
    cookie = {"cookie": f"{sent['cookie']}={sent[who]}"} if who else {}
    kind, _, path = what.rpartition(" ")
    if kind == "post":
        path = path.rpartition("/")[0]
    answer = await http.get(path.format(**sent), headers=cookie)
    assert answer.status_code == 200, (path, answer.status_code)
    if kind == "next of":
        await http.get(find_next_page(answer.text), headers=cookie)


@asynccontextmanager
async def _noted(engine: Engine) -> AsyncIterator[list[Query]]:
    queries: list[Query] = []
    ask = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        sql, args = querystring.compile_string(engine_type=engine.engine_type)
        queries.append((sql, args))
        return await ask(querystring, *more, **options)

    engine.run_querystring = note  # type: ignore[method-assign]
    try:
        yield queries
    finally:
        engine.run_querystring = ask  # type: ignore[method-assign]


async def _read_whole(engine: Engine, sql: str, args: list[Any]) -> set[str]:
    """Ignores queries without result, and on SQLite those that follow an index only until a page is full."""
    if not sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")) or "1 = 0" in sql:
        return set()
    if is_postgres():
        rows = await engine._run_in_pool("EXPLAIN " + sql, args)  # type: ignore[union-attr]
        return {found for row in rows for found in _WHOLE.findall(row["QUERY PLAN"])}
    rows = await engine._run_in_new_connection("EXPLAIN QUERY PLAN " + sql, args)
    bounded = "LIMIT" in sql
    found = {(table, row["detail"]) for row in rows for table in _SCAN.findall(row["detail"])}
    return {table for table, detail in found if not (bounded and "USING" in detail)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(find_whole_scans(json.loads(sys.argv[1])))))
