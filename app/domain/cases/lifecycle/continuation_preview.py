"""What « Continuer dans 4827-1930 » would do, for the question before it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.continuation import check_both, load_numbers
from app.domain.cases.lifecycle.continued_guests import find_continued_guests
from app.domain.cases.lookalikes.same_citizen import is_same_citizen
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.bringing import list_brought, list_invited
from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team


@dataclass(frozen=True)
class Continuing:
    """What the question shows. number, other_number: « N° 4827-1930 ». subject: of the other case.

    owing, answered, asked: names of the teams that are invited: with a clock, without, for an opinion. staying_out:
    names of the people of the case who will not read the other one.
    """

    case_id: UUID
    other_id: UUID
    number: str
    other_number: str
    subject: str
    owing: list[str]
    answered: list[str]
    asked: list[str]
    staying_out: list[str]
    same_citizen: bool


async def preview_continuation(actor: Actor, case_id: UUID, other_id: UUID) -> Continuing:
    """Raises as continue_in does."""
    case, other = [await load_visible_case(actor, one) for one in (case_id, other_id)]
    check_both(actor, case, other)
    numbers, invited = await load_numbers(case_id, other_id), list_invited(list_brought(case.teams), other.teams)
    owing = [team for team, one in invited.items() if one.has_turn]
    asked = [team for team, one in invited.items() if one.opinion and not one.has_turn]
    return Continuing(
        case_id,
        other_id,
        numbers[case_id],
        numbers[other_id],
        await _load_subject(other_id),
        owing=await _list_teams(owing),
        answered=await _list_teams(invited.keys() - {*owing, *asked}),
        asked=await _list_teams(asked),
        staying_out=await _list_staying_out(case, other),
        same_citizen=await is_same_citizen(case_id, other_id),
    )


async def _load_subject(case_id: UUID) -> str:
    row = await Case.select(Case.subject).where(Case.id == case_id).first()
    assert row is not None
    return str(row["subject"])


async def _list_teams(teams: Collection[int]) -> list[str]:
    if not teams:
        return []
    rows = await Team.select(Team.name).where(Team.id.is_in(sorted(teams))).order_by(Team.name)
    return [row["name"] for row in rows]


async def _list_staying_out(case: CaseFacts, other: CaseFacts) -> list[str]:
    reading = other.guests | {other.author_id} | (await find_continued_guests(case, other)).keys()
    people = (case.guests | {case.author_id}) - reading
    if not people:
        return []
    rows = await Person.select(Person.first_name, Person.last_name).where(Person.id.is_in(sorted(people)))
    return sorted(join_names(row["first_name"], row["last_name"]) for row in rows)
