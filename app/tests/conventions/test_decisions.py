"""docs/decisions: one file a decision, numbered, dated, in the index. Source: docs/decisions/README.md."""

import re
from pathlib import Path

import pytest

from app.settings import ROOT

FOLDER = ROOT / "docs/decisions"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
HEAD = re.compile(
    r"# (?P<title>.+)\n\n"
    r"Date: (?P<date>\d{4}-\d\d-\d\d)\. Status: (?P<status>accepted|superseded by (?P<by>\d{4}))\.\n\n"
)
REFERENCE = re.compile(r"docs/decisions/(\d{4})")
FOLDERS = ("app", "bench", "bin", "db", "deploy", "docs", "e2e")


def get_number(path: Path) -> str:
    return path.name[:4]


@pytest.mark.parametrize("path", DECISIONS, ids=get_number)
def test_each_has_a_title_a_date_and_a_status(path: Path) -> None:
    head = HEAD.match(path.read_text())

    assert head, "# Title, then « Date: 2026-11-27. Status: accepted. » or « superseded by 0123 »"
    assert head["by"] in {None, *map(get_number, DECISIONS)} - {get_number(path)}


def test_numbers_follow_each_other() -> None:
    assert [get_number(path) for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


def test_the_index_lists_each_with_its_title_and_status() -> None:
    heads = {path.name: HEAD.match(path.read_text()) for path in DECISIONS}
    rows = [
        f"| [{name[:4]}]({name}) | {head['date']} | {head['title']} | {head['status'].removeprefix('accepted')} |"
        for name, head in heads.items()
        if head
    ]

    assert (FOLDER / "README.md").read_text().splitlines()[-len(rows) :] == rows


def test_each_decision_that_the_code_names_is_there() -> None:
    files = [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".js", ".sql"}
    ]
    named = {
        number for path in files if "__pycache__" not in path.parts for number in REFERENCE.findall(path.read_text())
    }

    assert named <= {get_number(path) for path in DECISIONS}
    assert len(named) > 3
