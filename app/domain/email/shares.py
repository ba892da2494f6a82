"""What a case is to the person whom an email tells of it: theirs, without anyone, a colleague's. Source: S13.

| share      | for a referent                              | for an agent                                         |
|------------|---------------------------------------------|------------------------------------------------------|
| MINE       | they have it: « je m'en occupe »            | they opened it; or the email is to them by name      |
| UNASSIGNED | no one of their team has it                 | its author has left the office                       |
| COLLEAGUES | another person of their team has it         | a colleague opened it, and invited them              |

A person chooses when emails leave for each share. An email keeps the share of the moment at which it was queued.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class CaseShare(StrEnum):
    """The most pressing first. The value is stored in Email.share."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True)
class CaseReader:
    """A person whom an email tells of a case. team: through which it reaches them; None for a guest, and by name."""

    person: int
    share: CaseShare
    team: int | None = None


def resolve_shares(readers: Iterable[CaseReader]) -> dict[int, CaseShare]:
    """Each person once: of several shares, the most pressing."""
    order = list(CaseShare)
    found = dict[int, CaseShare]()
    for reader in readers:
        known = found.get(reader.person, reader.share)
        found[reader.person] = min(known, reader.share, key=order.index)
    return found


def list_people(readers: Collection[CaseReader]) -> set[int]:
    return {reader.person for reader in readers}
