"""What a gesture on several cases asks first: which cases it can reach, and who may receive them all."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import check_allowed, load_visible_case
from app.domain.cases.lifecycle.assignment import Colleague, check_may_move, find_held_team, list_team_members
from app.domain.cases.lifecycle.joining import JoinableTeam
from app.domain.cases.lifecycle.several import check_chosen
from app.domain.cases.lifecycle.transfer import list_transfer_choices
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.errors import DomainError


class _Choice(Protocol):
    @property
    def id(self) -> int: ...


ChoiceT = TypeVar("ChoiceT", bound=_Choice)


@dataclass(frozen=True)
class SeveralChoices(Generic[ChoiceT]):
    """possible: the cases that the gesture can reach now. left: why not the others. choices: good for all of them."""

    possible: list[UUID] = field(default_factory=list)
    left: dict[UUID, DomainError] = field(default_factory=dict)
    choices: list[ChoiceT] = field(default_factory=list)


async def load_colleague_choices(actor: Actor, case_ids: Iterable[UUID]) -> SeveralChoices[Colleague]:
    """The members of the team, without those who have all of the cases already."""
    members: dict[int, list[Colleague]] = {}
    holders = set[int | None]()

    async def list_members(case: CaseFacts) -> list[Colleague]:
        team_id = find_held_team(actor, case)
        assert team_id is not None, "only members of a recipient team may ANSWER"
        holder = case.teams[team_id].taken_by
        check_may_move(actor, team_id, holder)
        if team_id not in members:
            members[team_id] = await list_team_members(team_id)
        holders.add(holder)
        return members[team_id]

    found = await _collect(actor, case_ids, list_members)
    holder = holders.pop() if len(holders) == 1 else None
    return SeveralChoices(found.possible, found.left, [one for one in found.choices if one.id != holder])


async def load_team_choices(actor: Actor, case_ids: Iterable[UUID]) -> SeveralChoices[JoinableTeam]:
    """The teams to which each of the cases can be transferred."""
    known: dict[Any, list[JoinableTeam]] = {}

    async def list_teams(case: CaseFacts) -> list[JoinableTeam]:
        same = (case.area, case.recipient_teams)
        if same not in known:
            known[same] = await list_transfer_choices(actor, case)
        return known[same]

    return await _collect(actor, case_ids, list_teams)


async def load_answerable_choices(actor: Actor, case_ids: Iterable[UUID]) -> SeveralChoices[Colleague]:
    """Which of the cases the actor may set aside. It asks for no person."""

    async def list_none(case: CaseFacts) -> list[Colleague]:
        return []

    return await _collect(actor, case_ids, list_none)


async def _collect(
    actor: Actor, case_ids: Iterable[UUID], list_choices: Callable[[CaseFacts], Awaitable[list[ChoiceT]]]
) -> SeveralChoices[ChoiceT]:
    found = SeveralChoices[ChoiceT]()
    common: list[ChoiceT] | None = None
    for case_id in check_chosen(case_ids):
        try:
            case = await load_visible_case(actor, case_id)
            check_allowed(actor, case, Action.ANSWER)
            choices = await list_choices(case)
        except DomainError as refused:
            found.left[case_id] = refused
            continue
        found.possible.append(case_id)
        ids = {choice.id for choice in choices}
        common = choices if common is None else [choice for choice in common if choice.id in ids]
    return SeveralChoices(found.possible, found.left, common or [])
