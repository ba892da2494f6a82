"""The documents name the code that is there: paths, modules, classes, functions and columns in backticks."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.settings import ROOT
from app.tests.conventions.allowed_exceptions import read_python_files
from app.tests.conventions.prose import list_prose

_OUTSIDE_DOCS = ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "bench/RESULTS.md")
DOCUMENTS = sorted([*(ROOT / name for name in _OUTSIDE_DOCS), *ROOT.glob("docs/**/*.md")])
"""CHANGELOG.md is not one: it names what was there."""
FOLDERS = ("app", "bench", "bin", "db", "deploy", "docs", "e2e", ".ci")
SUFFIXES = {"", ".py", ".js", ".css", ".html", ".txt", ".toml", ".conf", ".service", ".timer", ".typ", ".json", ".sh"}
OF_OTHER_PROGRAMS = {
    "CLONE_THREAD",
    "ChainMap",
    "_get_default_module",
    "alias_httpx",
    "pg_trgm",
    "serialize",
    "worker_connections",
    "worker_rlimit_nofile",
    "writable_schema",
}
GONE = {"NETWORK_LIMIT", "late_told"}
"""docs/decisions says what replaced them."""
SKIPPED = {"migrations", "kept_bases", "moves", Path(__file__).name}
_PROSE = re.compile(r'(=\s*|[(\[,]\s*|return\s+)?[rfb]*""".*?"""|(?:^|  )#[^\n]*', re.DOTALL | re.MULTILINE)
"""A docstring or a comment; with the first group, a string that the code uses."""
_PATH = re.compile(r"(?<![\w./-])(?:(?:app|bench|bin|db|deploy|docs|e2e)/[\w./-]*\w|(?:[\w-]+/)*\w[\w-]*\.(?:py|js))\b")
_NAME = re.compile(r"(?<![\w/.-])_?[A-Za-z]\w*_\w+|(?<![\w/.-])[A-Z]?[a-z]+(?:[A-Z][a-z]+)+\b|(?<![\w/-])\w+(?=\()")
_MODULE = re.compile(r"(?<![\w/.-])(?:app|bench|db|e2e)(?!\.(?:css|js|py)\b)(?:\.[a-z]\w*)+")


def find_missing_names(text: str) -> set[str]:
    """What the code spans of a document name, and the code has not."""
    return {name for span in _list_code_spans(text) for name in _find_missing_in_span(span)} - OF_OTHER_PROGRAMS - GONE


def _list_code_spans(text: str) -> Iterator[str]:
    """A block between ``` has commands, not names. A span ends in its paragraph."""
    for paragraph in re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE).split("\n\n"):
        yield from re.findall(r"`([^`]+)`", paragraph)


def _find_missing_in_span(span: str) -> Iterator[str]:
    files, words = _read_code()
    paths = [path.rstrip("/") for path in _PATH.findall(span)]
    yield from (path for path in paths if not any(f"/{file}".endswith(f"/{path}") for file in files))
    for module in _MODULE.findall(span):
        path = module.replace(".", "/")
        if not {path, f"{path}.py", path.rpartition("/")[0], f"{path.rpartition('/')[0]}.py"} & files:
            yield module
    if not paths:
        yield from (name for name in _NAME.findall(span) if not {name, name.removesuffix("_total")} & words)


@cache
def _read_code() -> tuple[frozenset[str], frozenset[str]]:
    """Paths of files and folders; words of the code without its prose. Migrations keep the names of their day."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    paths = frozenset(str(path.relative_to(ROOT)) for path in files)
    words = {Path(path).stem for path in paths}
    for path in [*files, ROOT / "pyproject.toml", ROOT / "conftest.py"]:
        if path.is_file() and path.suffix in SUFFIXES and not SKIPPED & {*path.parts}:
            words.update(re.findall(r"\w+", _remove_prose(path)))
    words.update(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower() for word in list(words) if not word.isupper())
    return paths, frozenset(words)


def _remove_prose(path: Path) -> str:
    text = path.read_text(errors="replace")
    return _PROSE.sub(lambda found: found[0] if found[1] else "", text) if path.suffix == ".py" else text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_name_in_a_document_is_in_the_code(document: Path) -> None:
    assert not find_missing_names(document.read_text())


def test_what_is_gone_is_found_and_what_is_there_is_not() -> None:
    text = "`app/domain/gone.py`, `gone_name`, `GoneName`, `vanish_there(now)`, `app.gone.name`, `docs/gone.md`"
    assert find_missing_names(text) == {
        "app/domain/gone.py",
        "gone_name",
        "GoneName",
        "vanish_there",
        "app.gone.name",
        "docs/gone.md",
    }
    assert not find_missing_names(
        "`app/domain/cases/`, `case_status.py`, `AuditEntry`, `audit_entry`, `read_python_files(path)`"
    )


_SOURCE_FILE = re.compile(r"(?<![\w./*-])(?:[\w-]+/)*[\w-]+\.(?:py|sql|js|html)\b")


def test_every_source_file_that_a_docstring_or_a_comment_names_exists() -> None:
    files, _ = _read_code()
    named = {
        (path, name)
        for path, source in read_python_files("app", "bench", "db", "e2e")
        for text in list_prose(source)
        for name in _SOURCE_FILE.findall(text)
    }

    assert len(named) > 100
    assert not [pair for pair in named if not any(f"/{file}".endswith(f"/{pair[1]}") for file in files)]
