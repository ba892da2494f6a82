"""Stores the last results, and draws charts from them: bench/charts."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.charts import Bar, draw_chart
from bench.throughput.targets import BARE, NAMES, PEER, Line

FOLDER = Path(__file__).parent.parent / "charts"


def save_results(database: str, lines: list[Line]) -> None:
    """Writes the numbers as JSON, a chart against the bare templates, and one against the peer."""
    kept = [{**asdict(line), "of_bare": line.of_bare, "of_peer": line.of_peer} for line in lines]
    (FOLDER / f"throughput-{database}.json").write_text(json.dumps(kept, indent=1) + "\n")
    bare = [Bar(_name(line), line.of_bare, BARE) for line in lines]
    peer = [Bar(_name(line), line.of_peer, PEER[line.page]) for line in lines if line.of_peer]
    for name, title, bars in (
        ("bare", "Answers of one core, as a part of the bare template's", bare),
        ("peer", "Answers of one core, as a multiple of django-helpdesk's", peer),
    ):
        (FOLDER / f"throughput-{database}-{name}.svg").write_text(draw_chart(title, bars))


def _name(line: Line) -> str:
    return f"{NAMES[line.page]}, {line.users} users"
