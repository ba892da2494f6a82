"""Finds known vulnerabilities of the locked libraries with pip-audit, and reports those it could not check."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from tempfile import NamedTemporaryFile

from app.settings import ROOT

LOCK = ROOT / "requirements-test.lock"  # all of requirements.lock, and what the tests need
_PATIENCE = 120


@dataclass(frozen=True)
class AuditReport:
    audited: int
    unknown: int
    flaws: tuple[str, ...]

    @property
    def describe(self) -> str:
        if not self.audited:
            return "Failles connues : NON VÉRIFIÉES, le service de vulnérabilités ne répond pas d’ici."
        missing = f" ; {self.unknown} NON VÉRIFIÉES" if self.unknown else ""
        return f"Failles connues : {len(self.flaws)} dans {self.audited} bibliothèques vérifiées{missing}."


def find_flaws() -> int:
    """Returns 1 when there is one. A service that does not answer for one library is not asked again."""
    first = re.search(r"^litestar==\S+", LOCK.read_text(), re.MULTILINE)
    assert first is not None
    findings = parse_report(_ask(first[0], "--no-deps"))
    if findings.audited:
        findings = parse_report(_ask(LOCK.read_text(), "--require-hashes"))
    print(findings.describe)
    for flaw in findings.flaws:
        print(f"  {flaw}")
    return 1 if findings.flaws else 0


def _ask(requirements: str, strictness: str) -> str:
    with NamedTemporaryFile("w", suffix=".txt") as asked:
        asked.write(requirements)
        asked.flush()
        options = ("-r", asked.name, "--disable-pip", strictness, "-f", "json", "--timeout", "5")
        command = [sys.executable, "-m", "pip_audit", *options]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)  # noqa: S603
        except subprocess.TimeoutExpired:
            return ""
    return done.stdout


def parse_report(report: str) -> AuditReport:
    """Parses pip-audit’s JSON. Any other output is no answer."""
    try:
        libraries = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return AuditReport(0, 0, ())
    asked = [library for library in libraries if "skip_reason" not in library]
    flaws = tuple(
        f"{library['name']} {library['version']} : {flaw['id']}, corrigée en {', '.join(flaw['fix_versions']) or '?'}"
        for library in asked
        for flaw in library["vulns"]
    )
    return AuditReport(len(asked), len(libraries) - len(asked), flaws)
