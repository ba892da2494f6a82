"""python -m app move SOURCE CIBLE: prints a line for each table of both sides. Exit code 1 when one differs."""

import asyncio
import sys

from app.cli.move.copy_rows import TableComparison, compare_databases, move_rows
from app.cli.move.tables import MoveError
from app.settings.database import read_database_url
from app.settings.values import BadSettingError, read_setting

_HEADING = f"{'table':22} {'source':>10} {'cible':>10}  {'empreinte, source':18} {'empreinte, cible':18}"


def move_database(source: str, target: str, option: str = "") -> None:
    if option not in {"", "--comparer"}:
        sys.exit(f"Option inconnue : {option}. La seule est --comparer.")
    _require_addresses(SOURCE=source, CIBLE=target)
    try:
        lines = asyncio.run(compare_databases(source, target) if option else move_rows(source, target))
    except MoveError as refused:
        sys.exit(str(refused))
    print(format_lines(lines))
    if not all(line.is_same for line in lines):
        sys.exit(
            "Des tables ne sont pas les mêmes." if option else "Des tables ne sont pas les mêmes : rien n’est gardé."
        )
    print(_format_summary(lines) if option else f"{_format_summary(lines)}\n{_NEXT_STEPS}")


def _require_addresses(**given: str) -> None:
    """Checks both before either database is opened. Raises BadSettingError, with a line for each wrong one."""
    wrong = []
    for name, url in given.items():
        try:
            read_setting(name, url, read_database_url)
        except BadSettingError as refused:
            wrong.append(str(refused))
    if wrong:
        raise BadSettingError("\n".join(wrong))


_NEXT_STEPS = """Les pièces jointes sont restées dans VAR_DIR, les clés dans leurs réglages. La cible est en
maintenance, comme la source : réglez DATABASE_URL, démarrez, puis python -m app maintenance off"""


def format_lines(lines: list[TableComparison]) -> str:
    return "\n".join([_HEADING, *map(_format_line, lines)])


def _format_line(line: TableComparison) -> str:
    digests = f"{line.source.digest[:16]:18} {line.target.digest[:16]:18}"
    verdict = "" if line.is_same else f" DIFFÉRENTE, à partir de {line.differs_at}"
    return f"{line.table:22} {line.source.rows:10} {line.target.rows:10}  {digests}{verdict}".rstrip()


def _format_summary(lines: list[TableComparison]) -> str:
    return f"{sum(line.target.rows for line in lines)} lignes dans {len(lines)} tables, les mêmes des deux côtés."
