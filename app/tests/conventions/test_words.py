"""Docstrings and comments avoid words that make a riddle of a sentence. Source: house.md, 2.1."""

import re
from pathlib import Path

import pytest

from app.tests.conventions import allowed_exceptions
from app.tests.conventions.allowed_exceptions import FOLDERS, find_differences, read_python_files
from app.tests.conventions.prose import list_prose
from app.tests.conventions.test_names_in_documents import DOCUMENTS

REFUSED_WORDS = re.compile(r"\b(?:whoever|whatever|nobody|somebody|told|comes\s+in)\b", re.IGNORECASE)


def count_refused_words(source: str) -> int:
    if not REFUSED_WORDS.search(source):
        return 0
    return sum(len(REFUSED_WORDS.findall(text)) for text in list_prose(source))


def test_docstrings_and_comments_avoid_the_refused_words() -> None:
    found = {path: count for path, source in read_python_files(*FOLDERS) if (count := count_refused_words(source))}

    assert not find_differences("refused_words.txt", found)


def test_documents_avoid_the_refused_words() -> None:
    found = {path.name: REFUSED_WORDS.findall(path.read_text()) for path in DOCUMENTS}

    assert not {name: words for name, words in found.items() if words}


def test_the_words_are_looked_for_in_prose_alone() -> None:
    prose = (
        '"""Whoever comes\nin."""\nLIMIT = 3\n"""Somebody."""\n\n\ndef f():\n    """Nobody."""\n    return 1  # told\n'
    )

    assert count_refused_words(prose) == 5
    assert count_refused_words('told = "nobody"\nprint(told)\n') == 0


def test_a_ceiling_is_neither_passed_nor_left_too_high(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(allowed_exceptions, "HERE", tmp_path)
    (tmp_path / "list.txt").write_text("same.py 1\nmore.py 2\nfewer.py 3\ngone.py 1\n")

    assert find_differences("list.txt", {"same.py": 1, "more.py": 3, "fewer.py": 1, "new.py": 1}) == [
        "more.py: 3, 2 allowed by list.txt",
        "new.py: 1, 0 allowed by list.txt",
        "list.txt: write « fewer.py 1 »",
        "list.txt: remove the line of gone.py",
    ]
