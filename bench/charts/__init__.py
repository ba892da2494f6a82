"""Draws bar charts as static SVG for light and dark pages: name, bar, number, and a line at the target."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, TOP = 760, 250, 110, 26, 44
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#161616}.title{font-weight:700}.bar{fill:#000091}.short{fill:#ce0500}"
    ".target{stroke:#161616;stroke-dasharray:4 3}"
    "@media(prefers-color-scheme:dark){text{fill:#fff}.bar{fill:#8585f6}.short{fill:#ff5655}.target{stroke:#fff}}"
)


@dataclass(frozen=True)
class Bar:
    """target: the number to reach."""

    name: str
    figure: float
    target: float

    @property
    def short(self) -> bool:
        return self.figure < self.target


def draw_chart(title: str, bars: list[Bar]) -> str:
    """Scales each bar to its own target, so that pages with other targets can be compared."""
    height = TOP + ROW * len(bars) + 12
    most = max(1.3, *(bar.figure / bar.target for bar in bars))
    rows = "".join(_row(bar, TOP + ROW * turn, (WIDTH - LEFT - RIGHT) / most) for turn, bar in enumerate(bars))
    summary = "; ".join(f"{bar.name} {bar.figure:.2f} of {bar.target:g}" for bar in bars)
    line = LEFT + (WIDTH - LEFT - RIGHT) / most
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(title)}: {escape(summary)}</title><style>{_STYLE}</style>"
        f'<text class="title" x="0" y="18">{escape(title)}</text>{rows}'
        f'<line class="target" x1="{line:.0f}" x2="{line:.0f}" y1="{TOP - 8}" y2="{height - 8}"/></svg>\n'
    )


def _row(bar: Bar, y: int, unit: float) -> str:
    length = bar.figure / bar.target * unit
    kind = "short" if bar.short else "bar"
    return (
        f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(bar.name)}</text>'
        f'<rect class="{kind}" x="{LEFT}" y="{y + 2}" width="{max(length, 1):.0f}" height="17"/>'
        f'<text x="{WIDTH}" y="{y + 15}" text-anchor="end">{bar.figure:.2f} / {bar.target:g}</text>'
    )
