"""How long data is kept. Source: fiche-agent.txt, « sera bientôt supprimée »; features.md S12, N10.

| what                              | reminder after   | then                                |
|-----------------------------------|------------------|-------------------------------------|
| a draft                           |                  | deleted after 30 days               |
| « c'est traité » and nothing more | 15 inactive days | closed 15 days after the reminder   |
| open, and nothing happens         | 60 inactive days | closed 15 days after the reminder   |
| a contacted team owes its first   | 165 inactive days| closed 15 days after the reminder   |
| answer (progress/team.py)         |                  | as « sans réponse »                 |
| closed                            | (on its page)    | erased after 6 months               |
| a line of the audit log           |                  | deleted after a year (audit/log.py) |

A reminder always leaves 15 days to react, even if the job did not run for a while.
"""

from calendar import monthrange
from datetime import datetime, timedelta

DRAFT_RETENTION = timedelta(days=30)
HANDLED_REMINDER_AFTER = timedelta(days=15)
INACTIVE_REMINDER_AFTER = timedelta(days=60)
CLOSED_AFTER_REMINDER = timedelta(days=15)
UNANSWERED_CLOSED_AFTER = timedelta(days=180)
CLOSED_RETENTION_MONTHS = 6


def compute_erasure_date(closed_at: datetime) -> datetime:
    """The same day six months later, or the last day of a shorter month."""
    return _add_months(closed_at, CLOSED_RETENTION_MONTHS)


def compute_closing_cutoff(now: datetime) -> datetime:
    """Cases that were closed by this time are erased.

    At the end of a month it may be a day later than compute_erasure_date, never earlier.
    """
    return _add_months(now, -CLOSED_RETENTION_MONTHS)


def _add_months(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
