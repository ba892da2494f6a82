"""python -m app move SOURCE CIBLE: a line for each table on both sides, and exit code 1 when one is not the same."""

import asyncio
import sys

from app.cli.move.copy_rows import Line, compare, move
from app.cli.move.tables import MoveRefused
from app.settings.database import database_url
from app.settings.values import BadSettingError, read

_HEADING = f"{'table':22} {'source':>10} {'cible':>10}  {'empreinte, source':18} {'empreinte, cible':18}"


def move_to(source: str, target: str, option: str = "") -> None:
    if option not in {"", "--comparer"}:
        sys.exit(f"Option inconnue : {option}. La seule est --comparer.")
    _require_addresses(SOURCE=source, CIBLE=target)
    try:
        lines = asyncio.run(compare(source, target) if option else move(source, target))
    except MoveRefused as refused:
        sys.exit(str(refused))
    print(format_lines(lines))
    if not all(line.alike for line in lines):
        sys.exit(
            "Des tables ne sont pas les mêmes." if option else "Des tables ne sont pas les mêmes : rien n’est gardé."
        )
    print(_done(lines) if option else f"{_done(lines)}\n{_NEXT}")


def _require_addresses(**given: str) -> None:
    """Both are read before either is touched. Raises BadSettingError, a line for each that is wrong."""
    wrong = []
    for name, url in given.items():
        try:
            read(name, url, database_url)
        except BadSettingError as refused:
            wrong.append(str(refused))
    if wrong:
        raise BadSettingError("\n".join(wrong))


_NEXT = """Les pièces jointes sont restées dans VAR_DIR, les clés dans leurs réglages. La cible est en maintenance,
comme la source : réglez DATABASE_URL, démarrez, puis python -m app maintenance off"""


def format_lines(lines: list[Line]) -> str:
    return "\n".join([_HEADING, *map(_told, lines)])


def _told(line: Line) -> str:
    digests = f"{line.source.digest[:16]:18} {line.target.digest[:16]:18}"
    verdict = "" if line.alike else f" DIFFÉRENTE, à partir de {line.differs_at}"
    return f"{line.table:22} {line.source.rows:10} {line.target.rows:10}  {digests}{verdict}".rstrip()


def _done(lines: list[Line]) -> str:
    return f"{sum(line.target.rows for line in lines)} lignes dans {len(lines)} tables, les mêmes des deux côtés."
