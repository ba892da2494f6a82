"""The five statuses of a case: compute_status alone decides them. Source: design.md, « Life of a case ».

| status   | French    | when                                                                              |
|----------|-----------|-----------------------------------------------------------------------------------|
| DRAFT    | Brouillon | it is not sent                                                                    |
| NEW      | Nouvelle  | it is sent, and no referent has opened it                                         |
| SEEN     | Consultée | a referent has opened it, and none has answered                                   |
| ANSWERED | Répondue  | a referent has written a message that the agent can read                          |
| CLOSED   | Clôturée  | it is closed; reopened, it has the status that its teams give it (progress/)      |

An answer that is withdrawn before the agent reads it does not count any more (lifecycle/replay.py).
"""

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


OPEN_STATUSES = (Status.NEW, Status.SEEN, Status.ANSWERED)


def compute_status(*, sent: bool, closed: bool, seen: bool, answered: bool) -> Status:
    """seen, answered: by at least one referent. A case may be answered by a referent who has not opened its page."""
    if closed:
        return Status.CLOSED
    if not sent:
        return Status.DRAFT
    if answered:
        return Status.ANSWERED
    return Status.SEEN if seen else Status.NEW
