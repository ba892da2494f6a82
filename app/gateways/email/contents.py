"""What an email is made of, before and after its templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class EmailContents:
    """The address, the values for the template, the ids of the `Email` rows that it covers, and extra headers."""

    address: str
    values: dict[str, Any]
    email_ids: frozenset[UUID]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RenderedEmail:
    subject: str
    text: str
    html: str
