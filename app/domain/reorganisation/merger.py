"""Merging a team into another, which takes all that it holds. What was said before keeps the name it was said in.

| moves                                                    | stays                                          |
|----------------------------------------------------------|------------------------------------------------|
| members; managers stay managers                          | messages and events, in the old team's name    |
| cases not erased, received and authored, drafts included | erased cases: figures published once           |
| territories, phrases, letters that wait                  | the other team's name, organisation, refusals  |
| the shared address, when the other team has none         | and shared address                             |

The managers of the other team read in a letter who joined it by this, and who merged them (members/joining.py).

Source: features.md P3, P6.
"""

from datetime import datetime
from typing import Any

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.audit.log import AuditLine, write_audit, write_audits
from app.domain.cases.access import facts_of
from app.domain.cases.events import EventKind, record
from app.domain.errors import Invalid
from app.domain.members.manager_notices import tell_managers
from app.domain.reorganisation.holdings import open_cases_of
from app.domain.reorganisation.team_closure import end_team
from app.domain.search.people_and_teams import index_teams
from app.domain.teams.listing import TeamLine, lines_of
from app.domain.teams.permissions import TeamAction, TeamFacts, ended_by, team_for
from app.domain.teams.territories import keep_areas
from db.engine import transaction
from db.search import has_all_words
from db.tables import Case, Letter, Membership, Organisation, Phrase, Recipient, Team

OFFERED = 20


async def mergers_offered(actor: Actor, team: TeamFacts, words: str) -> list[TeamLine]:
    """The open teams on the same side that the actor may merge too, by name: the first of those that words find."""
    kind = Organisation.select(Organisation.kind).where(Organisation.id == team.organisation_id)
    same_side = Organisation.select(Organisation.id).where(Organisation.kind.is_in(kind))
    condition = And(ended_by(actor), And(Team.closed_at.is_null(), Team.organisation.is_in(same_side)))
    condition = And(condition, Team.id != team.id)
    found = has_all_words([Team.search_text], words)
    return await lines_of(And(condition, found) if found is not None else condition, most=OFFERED)


async def merge_teams(actor: Actor, team_id: int, into_id: int | None, now: datetime) -> None:
    """Raises NotFound, Refused, Conflict (closed), Invalid when the two do not stand on the same side."""
    async with transaction():
        team, into = await both_teams(actor, team_id, into_id)
        open_cases = await open_cases_of(team.id)
        await _move_received(team.id, into.id)
        await Case.update({Case.team: into.id}).where(Case.team == team.id, Case.erased_at.is_null())
        await tell_managers([into.id], by=actor.id, now=now)
        joined = await _move_members(team.id, into.id)
        await _move_phrases(team.id, into.id)
        await Letter.update({Letter.team: into.id}).where(Letter.team == team.id, Letter.state == "waiting")
        await _take_address(team.id, into.id)
        await keep_areas(into.id, into.areas, into.areas | team.areas)
        await end_team(team.id, now, merged_into=into.id)
        await index_teams([into.id])
        await write_audit("team.merged", now=now, person_id=actor.id, team_id=team.id)
        await write_audit("team.joined", now=now, person_id=actor.id, team_id=into.id)
        await write_audits([AuditLine("member.added", actor.id, person, into.id) for person in joined], now=now)
        for case_id in open_cases:
            case = await facts_of(case_id)
            if case is not None:
                await record(case, EventKind.TEAM_MERGED, actor=actor, team_id=team.id, now=now, other_team=into.id)


async def both_teams(actor: Actor, team_id: int, into_id: int | None) -> tuple[TeamFacts, TeamFacts]:
    """The team that goes and the one that takes its place, locked in one order whoever merges what."""
    if into_id is None or into_id == team_id:
        raise Invalid(avec="Choisissez l’équipe qui prend sa place.")
    facts = {one: await team_for(actor, one, TeamAction.MERGE) for one in sorted((team_id, into_id))}
    team, into = facts[team_id], facts[into_id]
    if team.side != into.side:
        raise Invalid(
            avec="Une équipe qui aide et une équipe qui répond ne se réunissent pas : choisissez-en une autre."
        )
    return team, into


async def _move_received(old: int, new: int) -> None:
    """On a case that both received one place is left, with the first to have opened it and whoever took charge."""
    erased = Case.select(Case.id).where(Case.erased_at.is_not_null())
    theirs = await Recipient.select().where(Recipient.team == old, Recipient.case.not_in(erased))
    twins = {row["case"]: row for row in await Recipient.select().where(Recipient.team == new)}
    for row in theirs:
        twin = twins.get(row["case"])
        if twin:
            await Recipient.update(_joined(row, twin)).where(Recipient.id == twin["id"])
            await Recipient.delete().where(Recipient.id == row["id"])
    await Recipient.update({Recipient.team: new}).where(Recipient.team == old, Recipient.case.not_in(erased))


def _joined(old: dict[str, Any], new: dict[str, Any]) -> dict[Any, Any]:
    """« Non pertinente » only if both said so."""
    said = (old["irrelevant_at"], new["irrelevant_at"])
    return {
        Recipient.joined_at: min(old["joined_at"], new["joined_at"]),
        Recipient.seen_at: min((seen for seen in (old["seen_at"], new["seen_at"]) if seen), default=None),
        Recipient.taken_by: new["taken_by"] or old["taken_by"],
        Recipient.irrelevant_at: max(said) if all(said) else None,
    }


async def _move_members(old: int, new: int) -> list[int]:
    """The people who did not sit in the new team before."""
    joined: list[int] = []
    there = {
        row["person"]: row["manager"]
        for row in await Membership.select(Membership.person, Membership.manager).where(Membership.team == new)
    }
    for row in await Membership.select().where(Membership.team == old):
        if row["person"] not in there:
            await Membership.update({Membership.team: new}).where(Membership.id == row["id"])
            joined.append(row["person"])
        elif row["manager"]:
            seat = Membership.person == row["person"], Membership.team == new
            await Membership.update({Membership.manager: True}).where(*seat)
    return joined


async def _move_phrases(old: int, new: int) -> None:
    """After the other team's own."""
    after = await Phrase.count().where(Phrase.team == new)
    await Phrase.update({Phrase.team: new, Phrase.position: Phrase.position + after}).where(Phrase.team == old)


async def _take_address(old: int, new: int) -> None:
    row = await Team.select(Team.shared_address).where(Team.id == old).first()
    if row and row["shared_address"]:
        await Team.update({Team.shared_address: row["shared_address"]}).where(Team.id == new, Team.shared_address == "")
