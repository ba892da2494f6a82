"""What was measured last, kept beside the charts that are drawn from it."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.throughput.targets import Line

FOLDER = Path(__file__).parent.parent / "charts"


def keep(database: str, lines: list[Line]) -> None:
    kept = [{**asdict(line), "of_bare": line.of_bare, "of_peer": line.of_peer} for line in lines]
    (FOLDER / f"throughput-{database}.json").write_text(json.dumps(kept, indent=1) + "\n")
