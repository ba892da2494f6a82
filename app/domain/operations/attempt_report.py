"""The attempts of the last day, added up by action, for the audit log's page. The counts are of attempt_counts.py."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.audit.attempt_counts import compute_hour
from db.tables.audit import AttemptCount

_MOST_SHOWN = 5


@dataclass(frozen=True)
class AttemptTotals:
    """One action over 24 hours. `on_accounts` is how many of `times` concerned an account.

    `networks` are the busiest networks of the other attempts, with their number. An empty name stands for all
    networks beyond MAX_NETWORKS.
    """

    action: str
    times: int
    on_accounts: int
    networks: tuple[tuple[str, int], ...]


async def list_daily_attempts(actor: Actor, now: datetime) -> list[AttemptTotals]:
    """The most frequent action first. Counts this hour and the 23 before it. Raises AccessDenied."""
    require_duty(actor, Duty.READ_AUDIT)
    rows = await AttemptCount.select(
        AttemptCount.action, AttemptCount.account_id, AttemptCount.network, AttemptCount.times
    ).where(AttemptCount.hour > compute_hour(now) - 24)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["action"]].append(row)
    return sorted(
        (_sum_attempts(action, rows) for action, rows in found.items()), key=lambda one: (-one.times, one.action)
    )


def _sum_attempts(action: str, rows: list[dict[str, Any]]) -> AttemptTotals:
    on_accounts, networks = 0, Counter[str]()
    for row in rows:
        if row["account_id"]:
            on_accounts += row["times"]
        else:
            networks[row["network"]] += row["times"]
    return AttemptTotals(action, on_accounts + networks.total(), on_accounts, tuple(networks.most_common(_MOST_SHOWN)))
