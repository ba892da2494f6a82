"""The statuses of a case: compute_next_status alone decides them. Source: design.md, « Life of a case ».

| status   | French    | SENT | OPENED   | ANSWERED | CLOSED | REOPENED         |
|----------|-----------|------|----------|----------|--------|------------------|
| DRAFT    | Brouillon | NEW  | -        | -        | -      | -                |
| NEW      | Nouvelle  | -    | SEEN     | ANSWERED | CLOSED | -                |
| SEEN     | Consultée | -    | SEEN     | ANSWERED | CLOSED | -                |
| ANSWERED | Répondue  | -    | ANSWERED | ANSWERED | CLOSED | -                |
| CLOSED   | Clôturée  | -    | CLOSED   | -        | -      | its status then  |

An answer that is withdrawn before the agent reads it does not count any more: the status is computed again from the
other steps (app/domain/cases/lifecycle/replay.py).
"""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


class Step(StrEnum):
    """What changes a status: the author sends the case, a referent opens or answers it, it is closed or reopened."""

    SENT = "sent"
    OPENED = "opened"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


OPEN_STATUSES = (Status.NEW, Status.SEEN, Status.ANSWERED)

_TRANSITIONS: dict[tuple[Status, Step], Status] = {
    (Status.DRAFT, Step.SENT): Status.NEW,
    (Status.NEW, Step.OPENED): Status.SEEN,
    (Status.SEEN, Step.OPENED): Status.SEEN,
    (Status.ANSWERED, Step.OPENED): Status.ANSWERED,
    (Status.CLOSED, Step.OPENED): Status.CLOSED,
    (Status.NEW, Step.ANSWERED): Status.ANSWERED,
    (Status.SEEN, Step.ANSWERED): Status.ANSWERED,
    (Status.ANSWERED, Step.ANSWERED): Status.ANSWERED,
    (Status.NEW, Step.CLOSED): Status.CLOSED,
    (Status.SEEN, Step.CLOSED): Status.CLOSED,
    (Status.ANSWERED, Step.CLOSED): Status.CLOSED,
}


class IllegalStep(Exception):
    """The status does not allow this step."""


def compute_next_status(status: Status, step: Step, status_before_closing: Status | None = None) -> Status:
    """status_before_closing is needed to reopen: the case returns to it.

    Raises IllegalStep where the table has a dash.
    """
    if (status, step) == (Status.CLOSED, Step.REOPENED) and status_before_closing in OPEN_STATUSES:
        return status_before_closing
    try:
        return _TRANSITIONS[status, step]
    except KeyError:
        raise IllegalStep(f"{step} from {status}") from None
