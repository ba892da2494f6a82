"""The targets of each page, and the lines of the table. « core » is processor milliseconds for a response.

Ratios compare responses a second on one core, that is processor time: other work and disk waits only affect elapsed
time.

Source: issue « One machine to a nation », 4.
"""

from dataclasses import dataclass

from bench.throughput.wrk import Rate

BARE = 0.7
PEER = {"login": 8.0, "list": 8.0, "case": 15.0}
USERS = (50, 200, 500)
NAMES = {"login": "login page", "list": "list of 30", "case": "case of 20 messages", "post": "post a message"}
HEADING = (
    f"{'page':<20}{'users':>6}{'ours/s':>9}{'p99 ms':>8}{'core':>7}{'bare/s':>9}{'p99 ms':>8}{'core':>7}"
    f"{'peer/s':>9}{'p99 ms':>8}{'core':>7}"
    f"{'of bare':>9}{'of peer':>9}{'asking':>8}"
)


@dataclass(frozen=True)
class Line:
    """peer: None where it has no such page."""

    page: str
    users: int
    ours: Rate
    bare: Rate
    peer: Rate | None

    @property
    def of_bare(self) -> float:
        return self.bare.cost / self.ours.cost

    @property
    def of_peer(self) -> float | None:
        """None also when it answered almost no request, which is not a measure."""
        return self.peer.cost / self.ours.cost if self.peer and self.peer.per_second >= 1 else None

    @property
    def within_target(self) -> bool:
        of_peer = self.of_peer
        reached = self.of_bare >= BARE and (of_peer is None or of_peer >= PEER[self.page])
        return reached and self.answered and not self.failed

    @property
    def answered(self) -> bool:
        """False when a server answered no request in time, which is not a measure."""
        return all(rate.per_second > 0 for rate in (self.ours, self.bare, self.peer) if rate)

    @property
    def failed(self) -> int:
        return sum(rate.failed for rate in (self.ours, self.bare, self.peer) if rate)

    @property
    def client(self) -> float:
        """The largest share of its core that wrk used for one of the three servers."""
        return max(rate.client for rate in (self.ours, self.bare, self.peer) if rate)

    def __str__(self) -> str:
        rates = "".join(
            f"{rate.per_second:>9,.0f}{rate.slowest:>8,.0f}{rate.cost:>7.2f}" if rate else f"{'':>24}"
            for rate in (self.ours, self.bare, self.peer)
        )
        of_peer = f"{self.of_peer:>9.1f}" if self.of_peer else f"{'':>9}"
        mark = ("" if self.within_target else "  BELOW") + (f"  {self.failed} failed" if self.failed else "")
        return f"{NAMES[self.page]:<20}{self.users:>6}{rates}{self.of_bare:>9.2f}{of_peer}{self.client:>8.0%}{mark}"
