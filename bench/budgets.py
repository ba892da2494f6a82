"""Budgets of a slow connection, in bytes on the wire. Source: design.md, « Weak lines », made stricter since."""

from dataclasses import dataclass

LOGIN, LOGIN_TEXT = 20_000, 14_000
CASE, NAVIGATION, STEP = 35_000, 6_000, 3_000
LIVE_BADGE, LIVE_MESSAGE, IDLE_MINUTE = 400, 1_200, 200
ASKED_MINUTE = 2_500
"""The browser’s own request headers, which a page cannot shorten."""


@dataclass(frozen=True)
class Weight:
    """One line of the table. Some budgets also limit the number of requests."""

    what: str
    cache: str
    requests: int
    received: int
    budget: int
    most_requests: int = 99

    @property
    def within_budget(self) -> bool:
        return self.received <= self.budget and self.requests <= self.most_requests

    def __str__(self) -> str:
        mark = "" if self.within_budget else "  OVER"
        return f"{self.what:44} {self.cache:6} {self.requests:8} {self.received:8,} {self.budget:8,}{mark}"


HEADING = f"{'what':44} {'cache':6} {'requests':>8} {'bytes':>8} {'budget':>8}"
