"""The steps of a story: who does what, when. Each kind is one function of app/domain/cases."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from bench.generate.society import Topic


class StepKind(StrEnum):
    SUBMIT = "submit"
    OPEN = "open"
    TAKE = "take"
    POST = "post"
    APART = "apart"
    HANDLE = "handle"
    DISMISS = "dismiss"
    INVITE = "invite"
    COMPLETE = "complete"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REMIND = "remind"
    EXPIRE = "expire"
    ERASE = "erase"


ANSWERS = frozenset({StepKind.POST, StepKind.HANDLE, StepKind.DISMISS})
"""Everyone on the case reads them."""
WRITTEN = ANSWERS | {StepKind.APART}
UNHEARD = frozenset({StepKind.OPEN, StepKind.APART, StepKind.REMIND})
"""They do not count as activity, and change no turn."""


class Step(NamedTuple):
    """person: 0 for a job. content: a message, an outcome or a number. invited_person: the colleague."""

    at: int
    kind: StepKind
    person: int
    content: str = ""
    invited_person: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """A row of Attachment. after: the position of the step it was sent with, 0 for the case itself."""

    id: UUID
    name: str
    media_type: str
    size: int
    digest: str
    after: int = 0
    mandate: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What is typed in the wizard. details: label -> value, empty when it is not known."""

    first_name: str
    last_name: str
    birth: str
    details: dict[str, str]
    subject: str
    description: str
    by_phone: bool
    signed_days_before: int
    papers: list[Paper]


@dataclass(slots=True)
class Story:
    """words: None once erased."""

    id: UUID
    area: str
    team: int
    author: int
    topic: Topic
    organisations: tuple[int, ...]
    teams: tuple[int, ...]
    urgency: str
    started_at: int
    saved_at: int
    steps: list[Step] = field(default_factory=list)
    words: Words | None = None
    surveyed: str = ""

    @property
    def sent(self) -> bool:
        return bool(self.steps)

    @property
    def erased(self) -> bool:
        return bool(self.steps) and self.steps[-1].kind == StepKind.ERASE
