"""S13: a digest leaves out a case that was closed before its reader ever opened it.

The reader is the CAF's manager, who gets one email a day: of the stories that show it, the line in which that email
leaves, and the kinds that it announced in the former release.
"""

from dataclasses import replace

from app.tests.one_team.stories import Step, Story

_READER = "responsable.caf.lot"
ENDED_UNSEEN = {
    "drawn 8": ("+24 A time passes", "closed message"),
    "drawn 11": ("+24 A agent closes", "closed"),
    "drawn 12": ("+1 A agent closes", "closed"),
    "drawn 17": ("+48 A agent closes", "closed"),
    "drawn 24": ("+48 A referent says", "closed"),
    "drawn 27": ("+48 A agent reopens", "closed"),
    "drawn 30": ("+1824 A agent says", "closed"),
    "drawn 36": ("+120 B colleague closes", "closed"),
    "drawn 37": ("+1824 A referent says", "closed"),
    "drawn 49": ("+120 A referent says", "closed"),
    "drawn 62": ("+120 A manager handles", "closed"),
    "drawn 74": ("+120 A colleague closes", "closed new_case"),
    "drawn 80": ("+24 A agent closes", "closed"),
    "drawn 90": ("+1824 A agent invites the expert", "closed"),
    "drawn 91": ("+744 A agent reopens", "closed"),
    "drawn 93": ("+48 A time passes", "closed"),
    "« c'est traité » stays when the case is reopened, and ends when the agent writes": (
        "+1 A agent reopens",
        "closed",
    ),
    "« c'est traité », then silence: the platform reminds and closes, the agent reopens": (
        "+24 A agent opens",
        "closed",
    ),
    "a colleague and the expert follow, the colleague closes": ("+24 A agent reopens", "closed"),
    "W1: a reopened case has the status that its teams give it, here seen while it was closed": (
        "+1 A referent opens",
        "closed",
    ),
}


def leave_out_ended(former: Story) -> Story:
    """The recorded story, as this rule makes it today."""
    if former.name not in ENDED_UNSEEN:
        return former
    line, kinds = ENDED_UNSEEN[former.name]
    return replace(former, steps=tuple(_cancel(step, kinds) if _is_at(step, line) else step for step in former.steps))


def _is_at(step: Step, line: str) -> bool:
    """A line may come twice in a story, once without emails."""
    return step.line == line and "emails" in step.sees


def _cancel(step: Step, kinds: str) -> Step:
    """« A closed: agent.lot, responsable.caf.lot sent » -> « A closed: agent.lot, responsable.caf.lot cancelled »."""
    emails = [_cancel_kind(words, kinds.split()) for words in step.sees["emails"].split("; ")]
    return replace(step, sees={**step.sees, "emails": "; ".join(emails)})


def _cancel_kind(words: str, kinds: list[str]) -> str:
    about, _, people = words.partition(": ")
    if about.partition(" ")[2] not in kinds:
        return words
    return f"{about}: {people.replace(f'{_READER} sent', f'{_READER} cancelled')}"
