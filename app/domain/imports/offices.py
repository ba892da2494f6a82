"""Imports the France Services offices of the open list of 2 March 2020, as helper teams of their department.

Reading, matching and writing are those of a file sent on /administration/imports. The addresses are shown on pages and
never receive an email.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.domain.imports.csv_parser import parse_csv
from app.domain.imports.row_decision import RowResult
from app.domain.imports.teams import TeamImporter
from app.domain.imports.worker import write_rows
from db.engine import transaction


@dataclass
class OfficeReport:
    """`refused` and `remarks` are pairs (line, text)."""

    counts: Counter[RowResult] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)

    @property
    def created(self) -> int:
        return self.counts[RowResult.CREATED]

    @property
    def corrected(self) -> int:
        return self.counts[RowResult.CHANGED]

    @property
    def unchanged(self) -> int:
        return self.counts[RowResult.UNCHANGED]

    @property
    def accepted(self) -> int:
        return self.created + self.corrected + self.unchanged


async def load_offices(path: Path) -> OfficeReport:
    """A second time changes nothing. Raises Invalid when a column is missing."""
    sheet = parse_csv(await asyncio.to_thread(path.read_bytes), TeamImporter.columns)
    report = OfficeReport()
    async with transaction():
        async for decisions in write_rows(TeamImporter(), sheet.rows, datetime.now(UTC)):
            for one in decisions:
                report.counts[one.result] += 1
                report.refused += [(one.line, one.detail)] if one.result == RowResult.REFUSED else []
                report.remarks += [(one.line, remark) for remark in one.remark.split(" ; ") if remark]
    return report
