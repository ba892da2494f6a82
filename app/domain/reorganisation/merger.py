"""Merges a team into another, which takes over all that it has. Source: features.md P3, P6.

| moves                                                       | stays                                             |
|-------------------------------------------------------------|---------------------------------------------------|
| members; managers stay managers                             | messages and events, under the old team's name    |
| cases not erased, received and authored, drafts included,   | erased cases: their statistics are published once |
| notes for the team alone, drafts and unsent files of them   |                                                   |
| territories, phrases, waiting emails                        | the other team's name, organisation and refusals  |
| the shared address, when the other team has none            | the other team's shared address                   |

The managers of the other team are notified by email of who joined it and who merged the teams
(members/manager_notices.py).
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.audit.log import NewAuditEntry, write_audit, write_audit_entries
from app.domain.cases.access import load_locked_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.progress.rows import build_case_columns, build_progress, build_team_progress
from app.domain.cases.progress.team import merge_progress
from app.domain.errors import Forbidden, Invalid
from app.domain.members.manager_notices import notify_managers
from app.domain.reorganisation.team_closure import empty_and_close_team
from app.domain.reorganisation.team_contents import list_open_cases, lock_team_cases
from app.domain.search.people_and_teams import index_teams
from app.domain.teams.listing import TeamLine, list_team_lines
from app.domain.teams.permissions import TeamAction, TeamFacts, build_closable_teams_condition, lock_team_for_action
from app.domain.teams.team_areas import save_team_areas
from db.engine import transaction
from db.search import build_all_words_condition
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.drafts import MessageDraft
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.participants import Recipient, SetAside
from db.tables.phrases import Phrase
from db.tables.teams import Team
from db.tables.thread import Message

MAX_CHOICES = 20
_OWN_TEAM = (
    "Vous êtes membre d’une seule de ces deux équipes : les réunir vous ferait lire les demandes de l’autre. Une autre "
    "personne qui tient les deux peut le faire."
)


async def list_merger_choices(actor: Actor, team: TeamFacts, words: str) -> list[TeamLine]:
    """The open teams of the same side that the actor may merge and that match `words`, by name, MAX_CHOICES at most."""
    kind = Organisation.select(Organisation.kind).where(Organisation.id == team.organisation_id)
    same_side = Organisation.select(Organisation.id).where(Organisation.kind.is_in(kind))
    condition = And(
        build_closable_teams_condition(actor), And(Team.closed_at.is_null(), Team.organisation.is_in(same_side))
    )
    condition = And(condition, Team.id != team.id)
    found = build_all_words_condition([Team.search_text], words)
    return await list_team_lines(And(condition, found) if found is not None else condition, limit=MAX_CHOICES)


async def merge_teams(actor: Actor, team_id: int, into_id: int | None, now: datetime) -> None:
    """Raises NotFound, Forbidden, Conflict (closed team), Invalid when the teams are not of the same side."""
    async with transaction():
        team, into = await lock_both_teams(actor, team_id, into_id)
        await lock_team_cases(team.id)
        open_cases = await list_open_cases(team.id)
        await _move_received(team.id, into.id)
        await Case.update({Case.team: into.id}).where(Case.team == team.id, Case.erased_at.is_null())
        await notify_managers([into.id], by=actor.id, now=now)
        joined = await _move_members(team.id, into.id)
        await _move_phrases(team.id, into.id)
        await _move_notes(team.id, into.id)
        await Email.update({Email.team: into.id}).where(Email.team == team.id, Email.state == "waiting")
        await _move_address(team.id, into.id)
        await save_team_areas(into.id, into.areas, into.areas | team.areas)
        await empty_and_close_team(team.id, now, merged_into=into.id)
        await index_teams([into.id])
        await write_audit("team.merged", now=now, person_id=actor.id, team_id=team.id)
        await write_audit("team.joined", now=now, person_id=actor.id, team_id=into.id)
        await write_audit_entries(
            [NewAuditEntry("member.added", actor.id, person, into.id) for person in joined], now=now
        )
        for case_id in open_cases:
            case = await load_locked_case(case_id)
            if case is not None:
                change = build_case_columns(build_progress(case))
                await record_event(
                    case,
                    EventKind.TEAM_MERGED,
                    actor=actor,
                    team_id=team.id,
                    now=now,
                    other_team=into.id,
                    change=change,
                )


async def lock_both_teams(actor: Actor, team_id: int, into_id: int | None) -> tuple[TeamFacts, TeamFacts]:
    """The team that closes, and the one that takes over. They are locked by id, so that two mergers cannot deadlock."""
    if into_id is None or into_id == team_id:
        raise Invalid(avec="Choisissez l’équipe qui prend sa place.")
    facts = {one: await lock_team_for_action(actor, one, TeamAction.MERGE) for one in sorted((team_id, into_id))}
    team, into = facts[team_id], facts[into_id]
    if len({team_id, into_id} & {seat.team_id for seat in actor.seats}) == 1:
        raise Forbidden(_OWN_TEAM)
    if team.side != into.side:
        raise Invalid(
            avec="Une équipe qui aide et une équipe qui répond ne se réunissent pas : choisissez-en une autre."
        )
    return team, into


async def _move_received(old: int, new: int) -> None:
    """A case that both teams received keeps one recipient row, which combines both (merge_progress)."""
    erased = Case.select(Case.id).where(Case.erased_at.is_not_null())
    theirs = await Recipient.select().where(Recipient.team == old, Recipient.case.not_in(erased))
    moved = Recipient.select(Recipient.case).where(Recipient.team == old)
    twins = {
        row["case"]: row for row in await Recipient.select().where(Recipient.team == new, Recipient.case.is_in(moved))
    }
    for row in theirs:
        twin = twins.get(row["case"])
        if twin:
            merged = merge_progress(build_team_progress(row), build_team_progress(twin))
            columns: dict[Any, Any] = {
                **asdict(merged),
                Recipient.last_event: max(row["last_event"], twin["last_event"]),
                Recipient.search_notes: f"{twin['search_notes']} {row['search_notes']}".strip(),
            }
            await Recipient.update(columns).where(Recipient.id == twin["id"])
            await Recipient.delete().where(Recipient.id == row["id"])
    await Recipient.update({Recipient.team: new}).where(Recipient.team == old, Recipient.case.not_in(erased))
    await SetAside.update({SetAside.team: new}).where(SetAside.team == old)


async def _move_members(old: int, new: int) -> list[int]:
    """Returns the people who were not in the new team before."""
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


async def _move_notes(old: int, new: int) -> None:
    await Message.update({Message.reader_team: new}).where(Message.reader_team == old)
    await MessageDraft.update({MessageDraft.reader_team: new}).where(MessageDraft.reader_team == old)
    await Attachment.update({Attachment.reader_team: new}).where(Attachment.reader_team == old)


async def _move_phrases(old: int, new: int) -> None:
    """They follow the phrases that the new team has."""
    after = await Phrase.count().where(Phrase.team == new)
    await Phrase.update({Phrase.team: new, Phrase.position: Phrase.position + after}).where(Phrase.team == old)


async def _move_address(old: int, new: int) -> None:
    row = await Team.select(Team.shared_address).where(Team.id == old).first()
    if row and row["shared_address"]:
        await Team.update({Team.shared_address: row["shared_address"]}).where(Team.id == new, Team.shared_address == "")
