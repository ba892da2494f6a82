"""The only five errors that the domain raises. app/routes/errors.py turns each into a page or a fragment.

UnreadableError comes from db.encryption: stored data cannot be decrypted. It is no refusal.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from db.encryption import UnreadableError as UnreadableError

if TYPE_CHECKING:
    from app.domain.cases.access_end import AccessEnd


class DomainError(Exception):
    """The message is in French. It says what happened and what to do next, without blame.

    denied_case: id of an existing case that the actor may not open, or not change so. It is for the audit log alone.
    """

    def __init__(self, message: str, *, denied_case: UUID | None = None) -> None:
        super().__init__(message)
        self.denied_case = denied_case


class Invalid(DomainError):
    """422. fields: name of the field -> what to correct."""

    def __init__(self, **fields: str) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class Forbidden(DomainError):
    """403: the actor may see the object, and may not do this."""


class NotFound(DomainError):
    """404: absent, or something whose existence the actor may not learn."""


class AccessDenied(NotFound):
    """404, word for word as for a missing object. Only the audit log differs (app/domain/audit/denied_access.py)."""


def build_not_found(message: str, *, exists_for_others: bool) -> NotFound:
    """exists_for_others: it exists, hidden from the actor. Always queried, so that response time reveals nothing."""
    return AccessDenied(message) if exists_for_others else NotFound(message)


class AccessEnded(NotFound):
    """410: the actor could read the case. access_end says what ended that, and nothing else of the case."""

    def __init__(self, message: str, access_end: "AccessEnd", *, denied_case: UUID | None = None) -> None:
        super().__init__(message, denied_case=denied_case)
        self.access_end = access_end


class Conflict(DomainError):
    """409: another person was quicker. The page has changed in the meantime."""


class TooManyRequests(DomainError):
    """429. retry_after: how long to wait. reason: what was limited, a sentence; empty for login attempts."""

    def __init__(self, retry_at: datetime, now: datetime, reason: str = "") -> None:
        super().__init__(f"not before {retry_at}")
        self.retry_at, self.reason = retry_at, reason
        self.retry_after: timedelta = retry_at - now
