"""Which tests are left out: --without postgresql, browsers, programs, slow, again, as bin/test asks.

What a test needs is read from its fixtures, its parameters, its folder, the imports of its module and its mark, so that
no list is kept.
"""

from collections import Counter
from typing import Any

import pytest

from app.settings import ROOT

CLUSTERS = {"cluster", "own_cluster"}
"""The only fixtures that start PostgreSQL (test_selection.py)."""
NEEDS = {
    "postgresql": "PostgreSQL",
    "browsers": "browsers",
    "programs": "programs",
    "slow": "slow",
    "again": "PostgreSQL again",
}
"""Programs: servers and commands that a test starts, each a Python that begins from nothing. Again: on PostgreSQL, what
passes on SQLite through pages and emails, over rules whose own tests run on both (bin/trial again).
"""
PAGES_AND_EMAILS = ("app/routes", "app/gateways", "app/tests/access_matrix", "app/tests/pages", "bench")
LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    meaning = "leave out the tests that need it, and say how many; may be given several times"
    parser.addoption("--without", action="append", choices=list(NEEDS), default=[], help=meaning)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than a second of processor; bin/test fast leaves it out")
    config.stash[LEFT_OUT] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = [next((need for need in config.getoption("without") if has_need(item, need)), "") for item in items]
    config.stash[LEFT_OUT] = Counter(filter(None, reasons))
    config.hook.pytest_deselected(items=[item for item, reason in zip(items, reasons, strict=True) if reason])
    items[:] = [item for item, reason in zip(items, reasons, strict=True) if not reason]


def has_need(item: pytest.Item, need: str) -> bool:
    if need == "browsers":
        return item.path.is_relative_to(ROOT / "e2e")
    if need == "programs":
        return hasattr(getattr(item, "module", None), "subprocess")
    if need == "slow":
        return item.get_closest_marker("slow") is not None
    if need == "again":
        above = any(item.path.is_relative_to(ROOT / folder) for folder in PAGES_AND_EMAILS)
        return above and "postgresql" in _list_parameters(item)
    return not CLUSTERS.isdisjoint(getattr(item, "fixturenames", ())) or "postgresql" in _list_parameters(item)


def _list_parameters(item: pytest.Item) -> list[object]:
    """A parameter may be a tuple: (kept base, database)."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return [part for value in values for part in (value if isinstance(value, tuple) else (value,))]


def pytest_sessionfinish(session: pytest.Session) -> None:
    left_out: Counter[str] = session.config.stash[LEFT_OUT]
    if hasattr(session.config, "workeroutput"):  # a worker of xdist: each collects, and leaves out, the same tests
        session.config.workeroutput["left_out"] = dict(left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    output = getattr(node, "workeroutput", {})  # a worker that crashed has none
    if "left_out" in output:
        node.config.stash[LEFT_OUT] = Counter(output["left_out"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash[LEFT_OUT]:
        terminalreporter.write_sep("=", describe(left_out), yellow=True, bold=True)


def describe(left_out: Counter[str]) -> str:
    parts = ", ".join(f"{words} {left_out[need]:,}" for need, words in NEEDS.items() if left_out[need])
    return f"tests that were not run: {left_out.total():,} ({parts})"
