"""Accessibility of a page: axe in light and in dark, at 320 and at 1600 px, with spaced text, with doubled text.

Rules: WCAG 2.2 AA and axe’s best practices; reflow 1.4.10, text spacing 1.4.12, resized text 1.4.4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

AXE = AXE_FILE_PATH.read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW, LARGE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}, {"width": 1600, "height": 900}
LONGEST_LINE = 85
"""Characters: in a longer line, the eye loses the beginning of the next one (WCAG 1.4.8 says 80)."""
_RUN = """
(only) => axe.run(document, {runOnly: only, resultTypes: ["violations"]}).then((result) => result.violations.map(
  (one) => `${one.id}: ${one.help}: ` + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" ; ")))
"""
_SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
_DOUBLED = "html { font-size: 200% !important; }"
_WEAR = """
(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}
"""
"""A constructed style sheet: the page’s policy, which stays on, refuses any other."""
_CUT = """
() => {
  const found = [], width = document.documentElement.clientWidth, hidden = new Set(["hidden", "clip"]);
  const words = (one) => (one.textContent || "").trim().slice(0, 40);
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} « ${words(one)} »`;
  const whole = document.documentElement.scrollWidth;
  if (whole > width) found.push(`the page scrolls to ${whole}`);
  for (const one of document.body.querySelectorAll("*")) {
    if (!one.checkVisibility() || one.closest(".sr-only, .skip, svg, .wide *")) continue;
    one.closest(".rows > li")?.querySelector("a").focus({ preventScroll: true }); // a row is whole with the focus
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (box.width && box.right > width + 1) found.push(`beyond the edge: ${name(one)}`);
    if (one.matches("input, textarea, select")) continue; // what is typed there scrolls by itself
    const across = one.scrollWidth > one.clientWidth + 1 && hidden.has(style.overflowX);
    const down = one.scrollHeight > one.clientHeight + 1 && hidden.has(style.overflowY);
    if (one.clientWidth && (across || down)) found.push(`clipped: ${name(one)}`);
    const full = one.clientWidth && one.scrollWidth > one.clientWidth + 1;
    if (full && one.matches("button, a") && style.display !== "inline") found.push(`out of its control: ${name(one)}`);
  }
  document.activeElement?.closest(".rows")?.querySelector("a:focus")?.blur();
  return found.slice(0, 5);
}
"""

_STRETCHED = """
(longest) => {
  const found = [], words = (one) => (one.textContent || "").trim().slice(0, 40);
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} « ${words(one)} »`;
  const oneLine = ".sr-only, pre, td, label, .case-line";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim().replace(/\\s+/g, " "), around = node.parentElement;
    if (text.length <= longest || !around.checkVisibility() || around.closest(oneLine)) continue;
    range.selectNodeContents(node);
    const widths = [...range.getClientRects()].map((box) => box.width);
    const line = Math.round(text.length * Math.max(...widths) / widths.reduce((sum, width) => sum + width, 0));
    if (line > longest) found.push(`a line of ${line} characters: ${name(around)}`);
  }
  for (const one of document.querySelectorAll("input, select, textarea, button")) {
    const box = one.getBoundingClientRect();
    if (one.checkVisibility() && box.width > 720) found.push(`${Math.round(box.width)} px wide: ${name(one)}`);
  }
  const frame = (document.querySelector(".frame") || document.querySelector("main")).getBoundingClientRect();
  const aside = Math.abs(frame.left + frame.right - document.documentElement.clientWidth);
  if (aside > 2) found.push(`the page stands ${aside} px aside`);
  return found.slice(0, 5);
}
"""


@dataclass(frozen=True)
class Finding:
    check: str
    state: str
    what: str

    def __str__(self) -> str:
        return f"{self.state}: {self.what}"


def inspect(page: Page, state: str) -> Iterator[Finding]:
    """Every fault of the page in this state. Leaves it wide and light, as it was."""
    page.wait_for_load_state("load")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    for found in _axe(page, {"type": "tag", "values": TAGS}):
        yield Finding("light", state, found)
    page.emulate_media(color_scheme="dark")
    for found in _axe(page, {"type": "rule", "values": ["color-contrast"]}):
        yield Finding("dark", state, found)
    page.emulate_media(color_scheme="light")
    page.evaluate(_WEAR, _DOUBLED)
    yield from _cut(page, "doubled", state)
    page.evaluate(_WEAR, "")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    yield from _cut(page, "narrow", state)
    page.evaluate(_WEAR, _SPACED)
    yield from _cut(page, "spaced", state)
    page.evaluate(_WEAR, "")
    page.set_viewport_size(LARGE)  # type: ignore[arg-type]
    yield from _cut(page, "wide", state)
    for found in page.evaluate(_STRETCHED, LONGEST_LINE):
        yield Finding("wide", state, found)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def _axe(page: Page, only: dict[str, Any]) -> list[str]:
    found: list[str] = page.evaluate(_RUN, only)
    return found


def _cut(page: Page, check: str, state: str) -> Iterator[Finding]:
    for found in page.evaluate(_CUT):
        yield Finding(check, state, found)
