"""CHANGELOG.md is in French, the latest version first, and each version says who reads what."""

import re

from app.settings import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
HEADINGS = ["Pour les agents et les référents", "Pour qui exploite"]


def test_it_opens_with_the_latest_version() -> None:
    assert CHANGELOG.startswith("# Journal des changements\n\n## ")


def test_each_version_has_the_same_two_headings() -> None:
    versions = CHANGELOG.split("\n## ")[1:]

    assert all(re.findall(r"^### (.+)$", version, re.MULTILINE) == HEADINGS for version in versions)
    assert all(version.partition("\n")[2].lstrip().startswith("### ") for version in versions), "no line above them"
