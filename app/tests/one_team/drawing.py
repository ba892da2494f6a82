"""Draws the stories of the recording: people act in any order, and little or much time passes between two steps.

The drawn stories leave out what today's release does otherwise, which changed_rules.py shows: no case waits fifteen
days for its first answer, or for one asked after « non pertinente »; none is opened first once it is closed; none is
transferred.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from app.tests.one_team.stories import Step, Story

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONGEST_SILENCE = 14 * 24
"""In hours. From the fifteenth day without a first answer on, today's release sends other emails."""
_STARTS = (0, 3, 6, 24, 50, 75, 96, 120, 300)
_WAITS = {1: 6, 6: 3, 24: 5, 48: 4, 120: 4, 384: 3, 744: 2, 1464: 2, 1824: 1}
"""Hours between two steps -> how often."""
_STEPS = {
    "agent says": 6,
    "agent opens": 3,
    "agent closes": 2,
    "agent reopens": 3,
    "agent withdraws": 1,
    "agent completes": 1,
    "agent withdraws the message": 2,
    "agent corrects the message": 1,
    "agent invites the colleague": 2,
    "agent invites the expert": 1,
    "colleague says": 2,
    "colleague opens": 2,
    "colleague closes": 1,
    "colleague reopens": 1,
    "referent says": 6,
    "referent opens": 5,
    "referent takes charge": 3,
    "referent handles": 4,
    "referent dismisses": 2,
    "referent notes": 2,
    "referent withdraws the message": 3,
    "referent corrects the message": 1,
    "referent completes": 1,
    "manager says": 1,
    "manager opens": 2,
    "manager takes charge": 1,
    "manager handles": 1,
    "manager dismisses": 1,
    "manager notes": 1,
    "expert says": 1,
    "expert closes": 1,
    "citizen stops": 1,
    "citizen consents": 3,
    "time passes": 4,
}
_REFERENTS = {"CAF": ("referent", "manager"), "CPAM": ("other",)}
_ANSWERS = ("says", "handles", "dismisses")
_MESSAGES = (*_ANSWERS, "notes")
_ON_ANY_CASE = ("opens", "passes", "closes")


@dataclass
class _Course:
    """What the draw must know of a case. waited: hours for which its team has owed a first answer, or asked_again one.

    wrote: who has a message to withdraw.
    """

    team: str
    waited: int = 0
    answered: bool = False
    opened: bool = False
    dismissed: bool = False
    asked_again: bool = False
    closed: bool = False
    suspended: bool = False
    wrote: set[str] = field(default_factory=set)

    @property
    def longest_wait(self) -> int:
        owes = not self.answered or self.asked_again
        return LONGEST_SILENCE - self.waited if owes else max(_WAITS)

    def allows(self, name: str) -> bool:
        """Leaves out most of what the domain refuses: such a step shows little."""
        person, _, action = name.partition(" ")
        if action.endswith("the message"):
            first = person in _REFERENTS[self.team] and action.startswith("withdraws")
            return person in self.wrote and not self.closed and (not first or self.waited < LONGEST_SILENCE)
        if person == "expert":
            return "expert" in self.wrote
        if action in ("reopens", "consents", "stops"):
            return {"reopens": self.closed, "consents": self.suspended, "stops": not self.closed}[action]
        if self.closed and action == "opens":
            return self.opened
        return name == "referent says" or action in _ON_ANY_CASE or not (self.closed or self.suspended)

    def follow(self, name: str) -> None:
        person, _, action = name.partition(" ")
        if action in _MESSAGES:
            self.wrote.add(person)
        elif action == "invites the expert":
            self.wrote.add("expert")
        if person in _REFERENTS[self.team]:
            self._follow_referent(action)
        else:
            self.closed |= action in ("closes", "withdraws")
            self.suspended |= action == "stops"
            if action in ("says", "reopens", "consents"):
                self._ask_again(action)

    def _follow_referent(self, action: str) -> None:
        self.opened |= action == "opens"
        self.answered &= action != "withdraws the message"
        if action in _ANSWERS and not self.closed and not self.suspended:
            self.answered, self.asked_again = True, False
            self.dismissed |= action == "dismisses"

    def _ask_again(self, action: str) -> None:
        self.closed &= action != "reopens"
        self.suspended &= action != "consents"
        if self.dismissed and not self.asked_again:
            self.asked_again, self.waited = True, 0


def draw_story(number: int) -> Story:
    """Equal for equal numbers."""
    draw = Random(number)  # noqa: S311
    at = MONDAY + timedelta(hours=draw.choice(_STARTS))
    courses = {"A": _Course("CAF")}
    steps = [Step("A sent to CAF")]
    if draw.random() < 0.25:
        courses["B"] = _Course(draw.choice(("CAF", "CPAM")))
        steps.append(Step(f"B sent to {courses['B'].team}", draw.choice((1, 24))))
        courses["A"].waited += steps[-1].hours
    steps += [_draw_step(draw, courses) for _ in range(draw.randint(4, 6))]
    return Story(f"drawn {number}", at, tuple(steps))


def _draw_step(draw: Random, courses: dict[str, _Course]) -> Step:
    hours = _draw_wait(draw, courses)
    for course in courses.values():
        course.waited += hours
    letter = draw.choice([*courses])
    course = courses[letter]
    names = {name: often for name, often in _STEPS.items() if course.allows(_rename(name, course.team))}
    name = _rename(draw.choices([*names], [*names.values()])[0], course.team)
    course.follow(name)
    return Step(f"{letter} {name}", hours)


def _draw_wait(draw: Random, courses: dict[str, _Course]) -> int:
    most = min(course.longest_wait for course in courses.values())
    waits = {hours: often for hours, often in _WAITS.items() if hours <= most} or {1: 1}
    return draw.choices([*waits], [*waits.values()])[0]


def _rename(name: str, team: str) -> str:
    """The CPAM has one referent, « other »."""
    person, _, action = name.partition(" ")
    return f"other {action}" if team == "CPAM" and person in _REFERENTS["CAF"] else name
