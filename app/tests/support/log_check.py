"""Searches every line that the application logs during the whole suite for what no line may hold."""

import logging
import re
from collections.abc import Iterator

import pytest

from app.server.json_log import JsonFormatter

FORBIDDEN = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+"  # an address
    r"|[0-9a-f]{64}"  # a token, or the digest of one
    r"|zibeline|chuchotement|P(?:é|\\u00e9)lissier|Jeanne|Carmen|Vidal|Rien depuis trois mois|Aide en retard"
    r"|1234567A|\+33|203\.0\.113\.(?!0/24)|relev(?:é|\\u00e9)\.pdf",
    re.IGNORECASE,
)


class LogRecorder(logging.Handler):
    """Stores the lines as the log would have them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def find_forbidden_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if FORBIDDEN.search(line)]


@pytest.fixture(scope="session", autouse=True)
def suite_log() -> Iterator[list[str]]:
    """The lines so far. The last test of each process fails when one of them holds personal data."""
    heard = LogRecorder()
    logging.getLogger().addHandler(heard)
    logging.getLogger("aplus").setLevel(logging.INFO)
    yield heard.lines
    logging.getLogger().removeHandler(heard)
    assert not find_forbidden_lines(heard.lines), find_forbidden_lines(heard.lines)[:5]
