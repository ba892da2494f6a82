"""Only what Firefox ESR 115 and Chrome 109 (the last of Windows 7) support. Source: caniuse.com, read by hand.

CSS: allowed properties are listed, so a new one fails until it is looked up. JavaScript: no small parser tells ES2022
from later, so later features are listed instead; a new method with an old name, and a computed name, are not detected.
e2e/test_firefox.py runs the journey in Debian’s Firefox, newer than 115.
"""

import re
from pathlib import Path

import pytest

from app.settings import ROOT

STATIC = ROOT / "app/static"
CSS = (STATIC / "app.css").read_text()
SCRIPTS = sorted(STATIC.glob("*.js"))
BARE = re.sub(r'/\*.*?\*/|"[^"]*"', "", CSS, flags=re.DOTALL)
COMFORT = [":has", "::details-content"]
"""Firefox 115 and Chrome 109 ignore these rules: two tests below check what is left without them."""

AT_RULES = {"@container", "@media", "@page", "@keyframes", "@supports"}
FUNCTIONS = {
    "var",
    "minmax",
    "inset",
    "calc",
    "min",
    "max",
    "clamp",
    "repeat",
    "rgb",
    "rgba",
    "url",
    "translate",
    "rotate",
}
PSEUDO = {
    ":root", "::before", "::after", ":hover", ":focus", ":focus-visible", ":focus-within", ":not", ":is", ":where",
    ":first-child", ":last-child", ":nth-child", ":empty", ":checked", ":disabled", ":target", ":visited", ":active",
    "::placeholder", "::marker", "::file-selector-button", ":first-of-type", ":last-of-type", ":only-child", *COMFORT,
}  # fmt: skip
NEWER_PROPERTIES = (
    "field-sizing|interpolate-size|anchor-name|position-anchor|position-area|view-transition-name|animation-timeline|"
    "text-box|text-box-trim|reading-flow|corner-shape|overlay|transition-behavior|offset-position|scrollbar-color|"
    "white-space-collapse|masonry|grid-lanes"
)
NEWER_SCRIPT = {
    r"\bawait using\b|\busing\s+\w+\s*=": "using (2025)",
    r"/[dgimsuy]*v[dgimsuy]*\.(test|exec)": "the v flag (Chrome 112)",
    r"\bwith\s*\{\s*type\s*:": "import attributes",
    r"\.(toSorted|toReversed|toSpliced)\(": "copying array methods (Chrome 110)",
    r"Array\.fromAsync|Promise\.(withResolvers|try)\b|Object\.groupBy|Map\.groupBy": "ES2024 and later",
    r"\.(isWellFormed|toWellFormed|toHex|toBase64|setFromHex|setFromBase64)\(": "ES2024 and later",
    r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(": "set methods",
    r"Iterator\.from|RegExp\.escape|Math\.sumPrecise|URL\.(canParse|parse)\(|AbortSignal\.any": "ES2025 and later",
    r"\.(showPopover|hidePopover|togglePopover|moveBefore|setHTML|getHTML)\(": "newer DOM",
    r"startViewTransition|CloseWatcher|\bnavigation\.(navigate|entries|current)": "newer DOM",
    r"scheduler\.(yield|postTask)|onscrollend|[\"']scrollend": "newer DOM",
}  # fmt: skip
ASKED_FIRST = {"htmx.min.js": {"startViewTransition", "moveBefore"}}
"""What htmx uses only after checking that it exists."""


def names(pattern: str) -> set[str]:
    return set(re.findall(pattern, BARE))


def test_css_uses_only_known_rules_functions_and_selectors() -> None:
    assert names(r"@[a-z-]+") <= AT_RULES
    assert {name.rstrip("(") for name in names(r"(?<![:a-z-])[a-z-]+\(")} - {"and"} <= FUNCTIONS
    selectors = " ".join(re.findall(r"([^{}]*)\{", BARE))
    assert set(re.findall(r"::?[a-z-]+", re.sub(r"\([a-z-]+: [^)]*\)", "", selectors))) <= PSEUDO
    assert not re.search(rf"[{{;\s](?:{NEWER_PROPERTIES})\s*:", BARE)
    assert not re.search(r"\b\d+(?:dvh|svh|lvh|dvw|cqw|cqh|rlh)\b", BARE), "units"


def test_css_is_not_nested() -> None:
    depth = 0
    conditional: list[bool] = []
    for found in re.finditer(r"([^{};]*)([{}])", BARE):
        if found[2] == "}":
            depth -= 1
            continue
        conditional = [*conditional[:depth], found[1].strip().startswith("@")]
        assert all(conditional[:depth]), f"nested: {found[1].strip()}"
        depth += 1


def test_without_has_nothing_is_hidden_that_should_show() -> None:
    """:has() hides the kinds of mandate that are not chosen, and « Retirer la demande » of an opened case.

    An older browser shows all three kinds, and the button: its press says why the case is withdrawn no more.
    """
    rules = [rule.strip() for rule in re.findall(r"[^{}]*:has\([^{}]*\{[^}]*\}", CSS)]
    withdrawing = [rule for rule in rules if ".while-new" in rule]
    assert len(withdrawing) == 1 and len(rules) > 1
    for rule in rules:
        assert re.search(r"\{ display: (none|block); \}$", rule), rule
        if rule not in withdrawing:
            assert ".for-paper" in rule and rule.count("form:has(") == len(re.findall(r":has\(", rule)), rule


def test_details_content_stands_alone_in_its_rule() -> None:
    """A browser that does not know it drops the whole rule, so the rule has no other selector."""
    for rule in re.findall(r"([^{}]*)\{", CSS):
        assert "::details-content" not in rule or "," not in rule


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_use_nothing_newer(path: Path) -> None:
    text = path.read_text()
    for pattern, what in NEWER_SCRIPT.items():
        used = {found[0] for found in re.finditer(pattern, text)}
        asked = {word for word in used if any(name in word for name in ASKED_FIRST.get(path.name, ()))}
        assert not used - asked, f"{path.name}: {used - asked}: {what}"


@pytest.mark.parametrize("new", ["[].toSorted()", "Object.groupBy(a, b)", "document.startViewTransition(go)"])
def test_what_is_newer_is_seen(new: str) -> None:
    assert any(re.search(pattern, new) for pattern in NEWER_SCRIPT)
