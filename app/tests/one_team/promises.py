"""W6: the reminders of promises, emails that the former release did not write: each of them, by story and line.

A team that answered, or took charge, and announced no end, is reminded after 10 working days. Nothing else changes.
"""

from dataclasses import replace

from app.tests.one_team.stories import Step, Story

PROMISES: dict[str, dict[str, str]] = {
    "drawn 0": {
        "+24 A referent opens": "A promise: referent.caf.lot",
    },
    "drawn 4": {
        "+384 A agent withdraws": "A promise: responsable.caf.lot sent",
    },
    "drawn 12": {
        "+384 A referent takes charge": "A promise: referent.caf.lot",
    },
    "drawn 14": {
        "+1464 A agent invites the colleague": "A promise: referent.caf.lot",
    },
    "drawn 19": {
        "+384 A agent says": "A promise: referent.caf.lot",
    },
    "drawn 51": {
        "+1824 A agent says": "A promise: referent.caf.lot",
    },
    "drawn 59": {
        "+384 B other corrects the message": "B promise: referent.cpam.lot",
    },
    "drawn 63": {
        "+384 A manager takes charge": "A promise: referent.caf.lot",
    },
    "drawn 68": {
        "+384 A manager handles": "A promise: referent.caf.lot",
    },
    "drawn 71": {
        "+384 A citizen stops": "A promise: referent.caf.lot",
    },
    "drawn 91": {
        "+384 A agent closes": "A promise: referent.caf.lot",
    },
    "drawn 92": {
        "+1824 A referent opens": "A promise: responsable.caf.lot waits 12/02 10h",
        "+48 A referent takes charge": "A promise: responsable.caf.lot sent",
    },
    "drawn 98": {
        "+1464 A agent says": "A promise: responsable.caf.lot sent",
    },
    "an answered case without news is reminded of after 60 days, and closed 15 days later": {
        "+1464 A time passes": "A promise: responsable.caf.lot waits 25/01 10h",
        "+384 A time passes": "A promise: responsable.caf.lot sent, responsable.caf.lot waits 10/02 10h",
        "+1 A manager opens": "A promise: responsable.caf.lot cancelled",
    },
    "a reminder counts no more once the agent writes": {
        "+24 A agent says": "A promise: referent.caf.lot",
        "+384 A time passes": "A promise: referent.caf.lot",
    },
    "a late case keeps its emails when the agent writes again, and starts anew after an answer": {
        "+480 A time passes": "A promise: referent.caf.lot",
    },
}


def add_promises(story: Story) -> Story:
    """The story with the reminders that its people get today."""
    added = PROMISES.get(story.name, {})
    return replace(story, steps=tuple(_add_to_step(step, added.get(step.line)) for step in story.steps))


def _add_to_step(step: Step, email: str | None) -> Step:
    if email is None:
        return step
    written = [step.sees["emails"]] if "emails" in step.sees else []
    emails = sorted("; ".join([*written, email]).split("; "))
    return replace(step, sees={**step.sees, "emails": "; ".join(emails)})
