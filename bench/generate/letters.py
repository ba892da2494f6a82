"""To whom a step writes: the rules of app/domain/email/recipients.py and shares.py, for those who chose all or none."""

from app.domain.cases.email_shares import find_referent_share
from app.domain.cases.progress.steps import CaseProgress
from app.domain.email.queue_email import EmailKind
from app.domain.email.shares import CaseShare
from bench.generate.society import Society
from bench.generate.steps import Step, Story

Letter = tuple[EmailKind, int, int, CaseShare]
"""Its kind, the person, when, and what the case is to them."""


def build_letters(
    kind: EmailKind, people: set[int], step: Step, story: Story, former: CaseProgress, society: Society
) -> list[Letter]:
    notified = people - {step.person}
    hearing = notified & society.email_addresses
    if story.author in notified - hearing and kind != EmailKind.INVITED:
        hearing |= set(society.email_readers.get(story.team, ())) - people - {step.person} or {story.author}
    return [(kind, person, step.at, _find_share(kind, person, story, former, society)) for person in sorted(hearing)]


def _find_share(kind: EmailKind, person: int, story: Story, former: CaseProgress, society: Society) -> CaseShare:
    if kind == EmailKind.INVITED:
        return CaseShare.MINE
    team = society.team_of[person]
    if team != story.team:
        return find_referent_share(former.teams, team, person)
    return CaseShare.MINE if person == story.author else CaseShare.COLLEAGUES
