"""What the software is made of is written down whole, and what is not known of its flaws is never called sound."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT
from bench import flaws
from bench.flaws import find_flaws, read

LIBRARY = {"name": "une", "version": "1.0", "vulns": []}
FLAWED = {**LIBRARY, "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "autre", "skip_reason": "not found"}


def report(*libraries: object) -> str:
    return json.dumps({"dependencies": libraries})


def test_a_flaw_is_named_with_the_version_that_mends_it() -> None:
    found = read(report(FLAWED, LIBRARY))
    assert found.told == "Failles connues : 1 dans 2 bibliothèques vérifiées."
    assert found.flaws == ("une 1.0 : PYSEC-1, corrigée en 1.1",)


@pytest.mark.parametrize("answer", ["", "Traceback", "{}", report(SKIPPED, SKIPPED)])
def test_where_nothing_could_be_asked_that_is_said(answer: str) -> None:
    assert "NON VÉRIFIÉES" in read(answer).told and not read(answer).flaws


def test_what_was_left_out_is_said_too() -> None:
    assert read(report(LIBRARY, SKIPPED)).told.endswith("1 bibliothèques vérifiées ; 1 NON VÉRIFIÉES.")


@pytest.mark.parametrize(("answer", "code"), [("", 0), (report(LIBRARY), 0), (report(FLAWED), 1)])
def test_only_a_flaw_fails(answer: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flaws, "_ask", lambda *_: answer)
    assert find_flaws() == code


def test_the_list_of_parts_has_every_locked_library_and_its_digest(tmp_path: Path) -> None:
    """By the command of bin/sbom."""
    written = tmp_path / "sbom.json"
    (line,) = re.findall(r"-m (cyclonedx_py requirements .*?) --output-file", _one_line(ROOT / "bin/sbom"))
    command = [sys.executable, "-m", *line.split(), "--output-file", str(written)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    parts = json.loads(written.read_text())["components"]
    locked = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert {(part["name"], part["version"]) for part in parts} == set(locked)
    assert all(part["externalReferences"][0]["hashes"] for part in parts)


def _one_line(path: Path) -> str:
    return path.read_text().replace("\\\n", " ")
