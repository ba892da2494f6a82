"""The accessibility statement is complete and names existing tests. Source: RGAA 4.1, law 2005-102 (article 47)."""

import re

from app.settings import ROOT
from app.tests.support.browser import Browser

CRITERIA = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
PAGE = (ROOT / "docs/accessibility.md").read_text()


def test_each_criterion_of_the_rgaa_is_there_once_in_order() -> None:
    expected = [f"{theme}.{number}" for theme, most in CRITERIA.items() for number in range(1, most + 1)]
    assert len(expected) == 106
    assert re.findall(r"^\| ([0-9.]+) \|", PAGE, re.MULTILINE) == expected


def test_each_criterion_says_how() -> None:
    for line in re.findall(r"^\| [0-9.]+ \| (.+) \|$", PAGE, re.MULTILINE):
        assert re.search(r"`|axe|à la main|non applicable", line), line


def test_each_test_that_is_named_exists() -> None:
    sources = [path for folder in ("app", "e2e") for path in (ROOT / folder).rglob("test_*.py")]
    everything = "".join(path.name + path.read_text() for path in sources)
    for name in set(re.findall(r"`(test_\w+)", PAGE)):
        assert re.search(rf"\bdef {name}\b|{name}\.py", everything), f"docs/accessibility.md names {name}"


async def test_the_declaration_says_what_the_law_asks(anonymous_browser: Browser) -> None:
    page = (await anonymous_browser.get("/accessibilite")).text
    for needed in ("n’est pas conforme", "RGAA 4.1", "article 47", "Ce qui n’est pas accessible", "établie le"):
        assert needed in page, needed
    for needed in ("Signaler une difficulté", "Défenseur des droits", "71120", "délégué dans votre département"):
        assert needed in page, needed
