"""docs/design-guide.md describes app/static/app.css: colours with their contrast, fonts, target sizes, components.

Contrasts as WCAG 2.2 counts them: every text of the stylesheet on every possible background, in both themes.
"""

import re

import pytest

from app.settings import ROOT

CSS = (ROOT / "app/static/app.css").read_text()
GUIDE = (ROOT / "docs/design-guide.md").read_text()
TEXT, EDGE = 4.5, 3.0
Theme = dict[str, str]
Pairs = dict[str, tuple[str, ...]]
GROUNDS = ("paper", "tint", "blue-tint", "green-tint", "amber-tint", "red-tint", "violet-tint")
TEXTS: Pairs = {
    "ink": GROUNDS,
    "soft": GROUNDS,
    "blue": GROUNDS,
    "blue-dark": GROUNDS,
    "green": ("paper", "tint", "green-tint"),
    "amber": ("paper", "tint", "amber-tint", "violet-tint"),
    "red": ("paper", "tint", "red-tint", "violet-tint"),
    "violet": ("paper", "tint", "violet-tint"),
    "paper": ("blue", "blue-dark", "violet"),
}
"""Links are in every notice; a status has its colour on its own tint; paper is the text of a filled button."""
EDGES: Pairs = {"soft": ("paper", "tint"), "blue": ("paper", "tint"), "red": ("paper", "tint")}
"""Borders of fields and buttons. --line only separates what is already spaced; the focus ring is doubled by ink."""


def _themes() -> tuple[Theme, Theme]:
    """On a screen: the first two :root with colours; the one for print follows them."""
    rules = re.findall(r":root \{([^}]*)\}", CSS)
    light, dark, *_ = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", rule)) for rule in rules]
    return light, {**light, **dark}


THEMES = dict(zip(("light", "dark"), _themes(), strict=True))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _lowest(pairs: Pairs, theme: Theme, name: str) -> float:
    return min(contrast(theme[name], theme[ground]) for ground in pairs[name])


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000", "#fff") == 21 and round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_is_read_on_every_ground(theme: str) -> None:
    for name in TEXTS:
        assert _lowest(TEXTS, THEMES[theme], name) >= TEXT, f"--{name} in {theme}"


@pytest.mark.parametrize("theme", THEMES)
def test_every_edge_is_seen(theme: str) -> None:
    for name in EDGES:
        assert _lowest(EDGES, THEMES[theme], name) >= EDGE, f"--{name} in {theme}"
    grounds = [contrast(THEMES[theme]["focus"], THEMES[theme][ground]) for ground in ("paper", "tint")]
    doubled = [contrast(THEMES[theme]["ink"], THEMES[theme][ground]) for ground in ("paper", "tint")]
    assert all(max(pair) >= EDGE for pair in zip(grounds, doubled, strict=True)), "one of the two rings is always seen"
    assert "outline: 3px solid var(--focus)" in CSS and "box-shadow: 0 0 0 2px var(--ink)" in CSS


def test_no_rule_has_a_colour_of_its_own() -> None:
    """Other colours would stay light in the dark theme. A preview keeps its white: it is the paper."""
    rules = re.sub(r":root \{[^}]*\}", "", CSS)
    assert re.findall(r"#[0-9a-f]{3,6}\b", rules) == ["#fff"] and ".attachments img" in CSS


def test_every_colour_said_on_a_ground_of_ours_is_looked_at() -> None:
    said = set(re.findall(r"(?<![a-z-])color: var\(--([a-z-]+)\)", CSS))
    grounds = set(re.findall(r"background: var\(--([a-z-]+)\)", CSS))
    assert said <= set(TEXTS) and grounds <= {ground for listed in TEXTS.values() for ground in listed}


def test_the_guide_gives_each_colour_with_its_lowest_contrast() -> None:
    for name, colour in THEMES["light"].items():
        row = next((line for line in GUIDE.splitlines() if line.startswith(f"| `--{name}` |")), "")
        assert f"`{colour}`" in row and f"`{THEMES['dark'][name]}`" in row, f"docs/design-guide.md: --{name} {row}"
        if name in TEXTS:
            figures = " / ".join(f"{_lowest(TEXTS, theme, name):.1f}" for theme in THEMES.values())
            assert f"| {figures} |" in row, f"docs/design-guide.md: --{name} is {figures}"


def test_the_guide_s_measures_are_the_stylesheet_s() -> None:
    sizes = re.findall(r"^\| (?:`\.?[a-z0-9-]+`|text|small print) \| `([^`]+)` \|", GUIDE, re.MULTILINE)
    assert len(sizes) >= 6
    for size in sizes:
        assert size in CSS, f"docs/design-guide.md: {size} is not in app.css"
    assert CSS.count("min-height: 44px") == 5, "buttons, fields, choices, files, the internal mode"


def test_every_component_is_in_the_guide() -> None:
    for path in sorted((ROOT / "app/components/ui").glob("*.html")):
        assert f"`{path.stem}`" in GUIDE, f"docs/design-guide.md lacks the component {path.stem}"
