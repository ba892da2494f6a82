"""The only five errors the domain raises; app/routes/errors.py turns each into a page or a fragment.

UnreadableError comes through from below: what was sealed does not open, and nobody is refused anything.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from db.encryption import UnreadableError as UnreadableError

if TYPE_CHECKING:
    from app.domain.cases.access_end import AccessEnd


class DomainError(Exception):
    """The message is French, says what happened and what to do next, and blames nobody.

    denied_case is a case that exists and that the actor may not open, or not change so: for the trail alone.
    """

    def __init__(self, message: str, *, denied_case: UUID | None = None) -> None:
        super().__init__(message)
        self.denied_case = denied_case


class Invalid(DomainError):
    """422: field name -> what to correct."""

    def __init__(self, **fields: str) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class Forbidden(DomainError):
    """403: the actor may see it, and may not do this."""


class NotFound(DomainError):
    """404: absent, or something whose existence the actor may not learn."""


class AccessDenied(NotFound):
    """404, word for word as for what is absent. Only the trail tells them apart (app/domain/audit/refusals.py)."""


def build_not_found(message: str, *, exists_for_others: bool) -> NotFound:
    """hidden: it exists, and not for the actor. Asked of the database in both cases, so that time tells nothing."""
    return AccessDenied(message) if exists_for_others else NotFound(message)


class AccessEnded(NotFound):
    """410: the actor could read the case. ended says what ended that, and nothing else of the case."""

    def __init__(self, message: str, access_end: "AccessEnd", *, denied_case: UUID | None = None) -> None:
        super().__init__(message, denied_case=denied_case)
        self.access_end = access_end


class Conflict(DomainError):
    """409: someone else was quicker; the page has changed in the meantime."""


class TooManyRequests(DomainError):
    """429: how long to wait, and until when. why: what was limited, a sentence; empty for tries of a login."""

    def __init__(self, retry_at: datetime, now: datetime, reason: str = "") -> None:
        super().__init__(f"not before {retry_at}")
        self.retry_at, self.reason = retry_at, reason
        self.retry_after: timedelta = retry_at - now
