"""Stories beside the drawn ones, for what a draw seldom joins: withdrawn messages, reminders, closings, returns."""

from app.tests.one_team.drawing import MONDAY
from app.tests.one_team.stories import Step, Story

_SENT = "A sent to CAF"
_STORIES: dict[str, tuple[str | int, ...]] = {
    "« c'est traité » stays when the case is reopened, and ends when the agent writes": (
        *("A referent handles", 24, "A agent closes", 24, "A agent reopens", 1, "A time passes", 120),
        *("A agent says", 1, "A agent closes", 24, "A colleague reopens", 1),
    ),
    "« c'est traité », then silence: the platform reminds and closes, the agent reopens": (
        *("A referent takes charge", 6, "A referent handles", 24, "A time passes", 384, "A time passes", 384),
        *("A agent opens", 24, "A agent reopens", 1, "A time passes", 744),
    ),
    "an answered case without news is reminded of after 60 days, and closed 15 days later": (
        *("A manager says", 24, "A agent says", 24, "A time passes", 1464, "A time passes", 384),
        *("A manager opens", 1, "A colleague reopens", 24),
    ),
    "a reminder counts no more once the agent writes": (
        *("A referent says", 24, "A time passes", 1464, "A agent says", 24, "A time passes", 384, "A referent says", 1),
    ),
    "who took charge stays when their first answer is withdrawn": (
        *("A referent takes charge", 1, "A referent says", 1, "A referent withdraws the message", 1),
        *("A time passes", 120, "A manager takes charge", 24),
    ),
    "a withdrawn « c'est traité » leaves the answer before it": (
        *("A referent says", 24, "A agent opens", 1, "A agent says", 1, "A referent handles", 24),
        *("A referent withdraws the message", 1, "A time passes", 744),
    ),
    "a withdrawn « non pertinente » leaves nothing": (
        *(
            "A referent opens",
            1,
            "A referent dismisses",
            24,
            "A referent withdraws the message",
            1,
            "A time passes",
            120,
        ),
        *("A referent says", 24, "A agent opens", 1),
    ),
    "an answer withdrawn after the citizen stopped and consented again": (
        *("A citizen stops", 24, "A citizen consents", 24, "A referent says", 1, "A referent withdraws the message", 1),
        *("A time passes", 48, "A time passes", 120),
    ),
    "a question withdrawn after an answer gives the turn back to the agent": (
        *("A referent says", 24, "A agent says", 24, "A agent withdraws the message", 1, "A time passes", 744),
    ),
    "a late case keeps its emails when the agent writes again, and starts anew after an answer": (
        *("A time passes", 168, "A agent says", 24, "A time passes", 48, "A referent says", 1, "A agent says", 1),
        *("A time passes", 480, "A time passes", 240),
    ),
    "« non pertinente », then « c'est traité », then silence": (
        *("A referent dismisses", 24, "A manager handles", 24, "A time passes", 384, "A time passes", 384),
    ),
    "a colleague and the expert follow, the colleague closes": (
        *("A agent invites the colleague", 1, "A agent invites the expert", 1, "A referent says", 24),
        *("A colleague opens", 6, "A expert says", 1, "A referent notes", 1, "A colleague closes", 24),
        *("A agent reopens", 24, "A referent opens", 1),
    ),
    "a case withdrawn before it is opened": ("A agent withdraws", 1, "A referent opens", 1, "A agent reopens", 1),
    "a late case that the citizen stops, and that goes on": (
        *("A time passes", 168, "A citizen stops", 24, "A time passes", 120, "A citizen consents", 24),
        *("A time passes", 96, "A referent handles", 24),
    ),
}


def list_written_stories() -> list[Story]:
    return [Story(name, MONDAY, tuple(_list_steps(written))) for name, written in _STORIES.items()]


def _list_steps(written: tuple[str | int, ...]) -> list[Step]:
    """A step, and the hours before it, in turn."""
    pairs = zip(written[::2], written[1::2], strict=True)
    return [Step(_SENT), *(Step(str(name), int(hours)) for name, hours in pairs)]
