"""What today differs from the former release in, on a case sent to one team: each rule, with a story that shows it."""

from dataclasses import dataclass

from app.tests.one_team.drawing import MONDAY
from app.tests.one_team.stories import Step, Story

Changes = dict[str, dict[str, str | None]]
"""A line of the recording -> what it says today, by key. None: nothing changes for people there any more."""


@dataclass(frozen=True)
class ChangedRule:
    """drawn: the recorded story that shows it, instead of a story of its own in `steps`."""

    rule: str
    steps: tuple[Step, ...]
    today: Changes
    drawn: str = ""

    @property
    def story(self) -> Story:
        return Story(self.name, MONDAY, self.steps)

    @property
    def name(self) -> str:
        """Of its story in the recording."""
        return self.drawn or self.rule


_UNANSWERED = ChangedRule(
    "S12: a silent team is announced after 15, 30 and 60 days, and the case closes after 180 as « sans réponse »",
    (
        Step("A sent to CAF"),
        Step("A time passes", 432),
        Step("A agent opens", 432),
        Step("A time passes", 648),
        Step("A time passes", 360),
        Step("A time passes", 2160),
        Step("A time passes", 672),
    ),
    {
        "+432 A time passes": {
            "emails": "A late: CAF du Lot, referent.caf.lot, responsable.caf.lot waits 11/12 10h; "
            "A late_manager: responsable.caf.lot waits 11/12 10h; A new_case: responsable.caf.lot sent; "
            "unansw_team: superviseur.lot"
        },
        "+432 A agent opens": {
            "emails": "A late: responsable.caf.lot sent; A late_manager: responsable.caf.lot sent ×2; "
            "A unanswered: agent.lot; unansw_team: superviseur.lot"
        },
        "+648 A time passes": {
            "emails": "A late_manager: responsable.caf.lot waits 25/01 10h; A unanswered: agent.lot; "
            "unansw_team: superviseur.lot"
        },
        "+360 A time passes": {
            "emails": "A late_manager: responsable.caf.lot sent",
            **{"A": None, "figures": None, "unread": None},
        },
        "+2160 A time passes": {
            "emails": "A silent: CAF du Lot, agent.lot, referent.caf.lot, responsable.caf.lot waits 11/05 09h",
            "figures": None,
        },
        "+672 A time passes": {
            "emails": "A closed: CAF du Lot, agent.lot, referent.caf.lot, responsable.caf.lot cancelled; "
            "A silent: responsable.caf.lot sent",
            "A": "closed unanswered | agent colleague referent manager: closed CAF",
            "figures": "area CAF: closed=1",
            "unread": "agent:A colleague:A referent:A manager:A",
        },
    },
)
_ASKED_AFTER_DISMISSAL = ChangedRule(
    "W1: a team that said « non pertinente », and is asked again, gets emails once it is late",
    (Step("A sent to CAF"), Step("A referent dismisses", 24), Step("A agent says", 24), Step("A time passes", 624)),
    {
        "+624 A time passes": {
            "emails": "A late: CAF du Lot, referent.caf.lot, responsable.caf.lot waits 21/12 10h; "
            "A late_manager: responsable.caf.lot waits 21/12 10h; A message: responsable.caf.lot sent"
        },
    },
)
_OPENED_ONCE_CLOSED = ChangedRule(
    "W1: a reopened case has the status that its teams give it, here seen while it was closed",
    (Step("A sent to CAF"), Step("A agent closes", 24), Step("A referent opens", 1), Step("A agent reopens", 1)),
    {
        "+1 A agent reopens": {
            "A": "seen | agent colleague: seen CAF | referent manager: seen turn CAF",
            "figures": "area CAF: seen=1 sent=1",
        },
    },
)
_TRANSFERRED_UNANSWERED = ChangedRule(
    "S4, W1: a case transferred before an answer is new for the team that joins; the agent gets an email",
    (Step("A sent to CAF"), Step("A referent opens", 6), Step("A referent transfers", 1), Step("A other opens", 48)),
    {
        "+1 A referent transfers": {
            "emails": "A moved: agent.lot; A transferred: referent.cpam.lot",
            "A": "seen | agent colleague: seen CPAM | other: new turn CPAM",
            "figures": "area: seen=1 sent=1 | CAF: sent=1 | CPAM: new=1 sent=1",
        },
        "+48 A other opens": {
            "A": "seen | agent colleague: seen CPAM | other: seen turn CPAM",
            "figures": "area CPAM: seen=1 sent=1 | CAF: sent=1",
        },
    },
)
_TRANSFERRED_ANSWERED = ChangedRule(
    "S4, W1: a case transferred after « c'est traité » gives turn and clock to the team that joins",
    (
        Step("A sent to CAF"),
        Step("A referent handles", 6),
        Step("A referent transfers", 24),
        Step("A time passes", 120),
        Step("A other says", 24),
    ),
    {
        "+24 A referent transfers": {
            "emails": "A moved: agent.lot; A transferred: referent.cpam.lot",
            "A": "answered | agent colleague other: answered turn CPAM",
            "figures": "area: answered=1 sent=1 6h=1 | CAF: sent=1 6h=1 | CPAM: new=1 sent=1",
        },
        "+120 A time passes": {
            "A": "answered | agent colleague other: answered turn late CPAM",
            "figures": "area: answered=1 late=1 sent=1 6h=1 | CAF: sent=1 6h=1 | CPAM: new=1 late=1 sent=1",
        },
        "+24 A other says": {
            "emails": "A late: referent.cpam.lot; A message: agent.lot",
            "figures": "area: answered=1 sent=1 6h=1 | CAF: sent=1 6h=1 | CPAM: answered=1 sent=1 144h=1",
        },
    },
)
_COMPLETED = ChangedRule(
    "S7, S13: a file that the agents' side completes gives the turn back to the team that wrote last, with an email",
    (),
    {
        "+6 A agent completes": {
            "emails": "A completed: CAF du Lot, referent.caf.lot, responsable.caf.lot waits 23/12 10h",
            "A": "answered | agent colleague: answered CAF | referent manager: answered turn CAF",
        },
        "+120 A agent completes": {"emails": "A completed: responsable.caf.lot sent"},
    },
    drawn="drawn 81",
)
_TAKEN_OVER: Changes = {"+1 A manager takes charge": {"emails": "A taken_over: referent.caf.lot"}}
_W4 = "W4: who had a case hears that a colleague takes it"
_TAKEN_FROM_COLLEAGUE = (
    ChangedRule(_W4, (), _TAKEN_OVER, drawn="drawn 89"),
    ChangedRule(
        f"{_W4}, beside another email",
        (),
        {
            "+1 A manager takes charge": {
                "emails": "A message: responsable.caf.lot sent; A taken_over: referent.caf.lot"
            }
        },
        drawn="drawn 92",
    ),
    ChangedRule(
        f"{_W4}, whose answer was withdrawn",
        (),
        {"+24 A manager takes charge": {"emails": "A taken_over: referent.caf.lot"}},
        drawn="who took charge stays when their first answer is withdrawn",
    ),
)
CHANGED_RULES = (
    _UNANSWERED,
    _ASKED_AFTER_DISMISSAL,
    _OPENED_ONCE_CLOSED,
    _TRANSFERRED_UNANSWERED,
    _TRANSFERRED_ANSWERED,
    _COMPLETED,
    *_TAKEN_FROM_COLLEAGUE,
)
