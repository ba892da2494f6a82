"""docs/operations.md describes all that an operator can choose, run and watch, and nothing else."""

import re
from datetime import UTC, datetime

from app.__main__ import COMMANDS
from app.gateways.live.bus import LiveBus
from app.gateways.workers.wal_truncation import OTHER_PROCESS, OUR_READ
from app.server.metrics import Metrics
from app.settings import ROOT
from app.tests.support.setting_values import list_settings
from bench.hostile import ATTACKS

TEXT = (ROOT / "docs/operations.md").read_text()


def read_first_cells(heading: str) -> list[str]:
    """The first cells of the table under this heading."""
    part = re.split(r"^#{2,3} ", TEXT.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]
    return re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)


def find_names(cells: list[str]) -> set[str]:
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_every_setting_has_its_row_and_no_row_is_of_a_setting_that_is_gone() -> None:
    known = {str(one.metadata["name"]) for one in list_settings()}
    assert len(known) > 25 and find_names(read_first_cells("Réglages (variables d’environnement)")) == known


def test_every_command_is_told() -> None:
    found = set(re.findall(r"`python -m app ([a-z -]+?)(?: [A-ZÉ]+)*`", TEXT)) | {"maintenance off"}
    assert set(COMMANDS) - found == set()


def test_every_measure_of_the_bench_is_told() -> None:
    known = set(re.findall(r'^    "([a-z]+)": ', (ROOT / "bench/__main__.py").read_text(), flags=re.M))
    assert known and known == set(re.findall(r"^\| `bin/bench ([a-z]+)", TEXT, flags=re.M))


def test_every_attack_of_bin_bench_hostile_is_explained() -> None:
    (row,) = re.findall(r"^\| `bin/bench hostile .*$", TEXT, re.MULTILINE)
    assert set(re.findall(r"`([a-z]+)` :", row)) == set(ATTACKS)


def test_each_thing_that_readiness_names_is_explained() -> None:
    names = re.findall(r'^            "(\w+)": \w', (ROOT / "app/gateways/readiness.py").read_text(), re.M)
    assert len(names) >= 5 and find_names(read_first_cells("Surveiller")) == {*names, OUR_READ, OTHER_PROCESS}


async def test_each_measure_is_explained() -> None:
    async def there() -> bool:
        return True

    measures = Metrics(LiveBus(), lambda: datetime.now(UTC), there)
    given = set(re.findall(r"^# HELP (\w+)", (await measures.render_metrics()).decode(), re.MULTILINE))
    found = {name.partition("{")[0] for name in find_names(read_first_cells("Les mesures"))}
    assert given == found
