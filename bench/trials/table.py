"""The table « Trials » of bench/RESULTS.md: the commit, day, seconds and figures of each trial's last pass.

It is the only place where passes are kept. Figures are the last line that the command printed.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from bench.trials import TRIALS

RESULTS = Path(__file__).parent.parent / "RESULTS.md"
HEAD = "| trial | commit | day | seconds | figures |\n|---|---|---|---|---|\n"
MOST_FIGURES = 100
"""Characters of a line that are kept."""
_ROW = re.compile(r"^\| ([a-z-]+) \| ([0-9a-f]{7,40}) \| (\d{4}-\d\d-\d\d) \| ([\d,]*) \| (.*) \|$", re.MULTILINE)


@dataclass(frozen=True)
class TrialPass:
    commit: str
    day: str
    seconds: str
    """With a thousands separator; empty when they are not known."""
    figures: str


def read_passes(text: str) -> dict[str, TrialPass]:
    rows = _ROW.findall(_split(text)[1])
    return {name: TrialPass(*cells) for name, *cells in rows}


def record_pass(results: Path, name: str, passed: TrialPass) -> None:
    """Writes the row of this trial in place of its former one. Rows are in the order of TRIALS."""
    before, rows, after = _split(results.read_text())
    passes = read_passes(before + HEAD + rows + after) | {name: passed}
    lines = (_format_row(trial, passes[trial]) for trial in TRIALS if trial in passes)
    results.write_text(before + HEAD + "".join(lines) + after)


def shorten(line: str) -> str:
    """A line of a command's output as a cell: its columns are parted by commas."""
    columns = (column.strip() for column in re.split(r"\||\s{2,}", line))
    return ", ".join(filter(None, columns))[:MOST_FIGURES]


def _format_row(name: str, passed: TrialPass) -> str:
    return f"| {name} | {passed.commit} | {passed.day} | {passed.seconds} | {passed.figures} |\n"


def _split(text: str) -> tuple[str, str, str]:
    """(before the table's head, its rows, what follows). Raises ValueError without the head."""
    before, head, rest = text.partition(HEAD)
    if not head:
        raise ValueError("bench/RESULTS.md has no table of trials")
    rows = re.match(r"(?:\|.*\n)*", rest)
    assert rows is not None
    return before, rows[0], rest[rows.end() :]
