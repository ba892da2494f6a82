"""The only four errors the domain raises; app/routes/errors.py turns each into a page or a fragment."""


class DomainError(Exception):
    """The message is French, says what happened and what to do next, and blames nobody."""


class Invalid(DomainError):
    """422: field name -> what to correct."""

    def __init__(self, **fields: str) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class Refused(DomainError):
    """403: the actor may see it, and may not do this."""


class NotFound(DomainError):
    """404: absent, or something whose existence the actor may not learn."""


class Conflict(DomainError):
    """409: someone else was quicker; the page has changed in the meantime."""
