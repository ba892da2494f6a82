"""All parts of the software are listed, and a part whose flaws are unknown is never called sound."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from app.settings import ROOT
from bench import flaws
from bench.flaws import find_flaws, parse_report

LIBRARY = {"name": "une", "version": "1.0", "vulns": []}
FLAWED = {**LIBRARY, "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "autre", "skip_reason": "not found"}


def report(*libraries: object) -> str:
    return json.dumps({"dependencies": libraries})


def test_a_flaw_is_named_with_the_version_that_mends_it() -> None:
    found = parse_report(report(FLAWED, LIBRARY))
    assert found.describe == "Failles connues : 1 dans 2 bibliothèques vérifiées."
    assert found.flaws == ("une 1.0 : PYSEC-1, corrigée en 1.1",)


@pytest.mark.parametrize("answer", ["", "Traceback", "{}", report(SKIPPED, SKIPPED)])
def test_where_nothing_could_be_asked_that_is_said(answer: str) -> None:
    assert "NON VÉRIFIÉES" in parse_report(answer).describe and not parse_report(answer).flaws


def test_what_was_left_out_is_said_too() -> None:
    assert parse_report(report(LIBRARY, SKIPPED)).describe.endswith("1 bibliothèques vérifiées ; 1 NON VÉRIFIÉES.")


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
    assert {(part["name"], part["version"]) for part in parts} == set(_locked())
    assert all(part["externalReferences"][0]["hashes"] for part in parts)


WITHOUT_HTTPX = """
import sys
sys.modules |= dict.fromkeys(("httpx", "httpcore"))
from app.server import serve
from app.main import create_app, build_provider
from app.settings import settings
create_app()
assert build_provider(settings)
"""


def test_the_application_and_proconnect_start_where_there_is_no_httpx(tmp_path: Path) -> None:
    """httpx is abandoned. Litestar declares it for litestar.testing alone; authlib warns if it takes it for httpx2."""
    offered = {"PROCONNECT_ISSUER": "https://x.fr", "PROCONNECT_CLIENT_ID": "us", "PROCONNECT_CLIENT_SECRET": "secret"}
    started = subprocess.run(
        [sys.executable, "-c", WITHOUT_HTTPX],
        cwd=ROOT,
        env=os.environ | offered | {"VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (started.returncode, started.stderr) == (0, "")


def test_of_the_runtime_libraries_litestar_alone_declares_httpx() -> None:
    """When this fails, bin/lock may drop httpx, httpcore and certifi, and this test may go."""
    declared = {
        name
        for name, _ in _locked()
        for needed in map(Requirement, requires(name) or [])
        if needed.name in {"httpx", "httpcore"} and (not needed.marker or needed.marker.evaluate({"extra": ""}))
    }
    assert declared == {"litestar", "httpx"}


def _locked() -> list[tuple[str, str]]:
    return re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


def _one_line(path: Path) -> str:
    return path.read_text().replace("\\\n", " ")
