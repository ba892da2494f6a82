"""The figures of an organisation are about its own teams; those of the area, about whole cases."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.test_lateness import november
from app.domain.cases.statistics.counting import count_area
from app.domain.cases.statistics.test_cache import anew, kept
from app.domain.cases.statistics.totals import WHOLE_AREA, CaseStatistics, decode_statistics
from app.domain.cases.thread.posting import post_message
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits, open_and_read_case
from app.tests.support.members_fixtures import FindTeam
from db.tables.cases import Case
from db.tables.organisations import Organisation
from db.tables.participants import Recipient

LOT = "46"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def say(actor: Actor, case_id: UUID, now: datetime) -> None:
    await clear_rate_limits()
    await post_message(actor, case_id, "Bonjour", key=str(uuid4()), now=now)


async def figures(now: datetime) -> dict[str, CaseStatistics]:
    """By the acronym of the organisation; « Lot » for the area's own."""
    rows = await Organisation.select(Organisation.id, Organisation.acronym)
    names = {row["id"]: row["acronym"] for row in rows} | {WHOLE_AREA: "Lot"}
    return {names[organisation]: counted for organisation, counted in (await count_area(LOT, now)).counted.items()}


def opened(status: Status, count: int = 1) -> dict[Status, int]:
    return {**dict.fromkeys(OPEN_STATUSES, 0), status: count}


async def test_an_answer_of_one_hides_no_silence_of_the_other(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_and_read_case(cast.referent_caf_lot, case_id, now + HOUR)
    before = await figures(now + HOUR)
    await say(cast.referent_caf_lot, case_id, now + 2 * HOUR)

    after = await figures(november(26))

    assert (before["CAF"].open, before["MSA"].open) == (opened(Status.SEEN), opened(Status.NEW))
    assert (after["CAF"].open, after["MSA"].open) == (opened(Status.ANSWERED), opened(Status.NEW))
    assert (after["CAF"].late, after["MSA"].late) == (0, 1)
    assert (after["CAF"].median_first_answer, after["MSA"].median_first_answer) == (2 * HOUR, None)
    assert (after["Lot"].open, after["Lot"].late, after["Lot"].sent) == (opened(Status.ANSWERED), 1, 1)


async def test_an_organisation_waits_from_when_the_case_reached_it(
    cast: Cast, new_case: NewCase, find_team: FindTeam, now: datetime
) -> None:
    case_id = await new_case("CAF")
    await invite_team(cast.referent_caf_lot, case_id, await find_team("CPAM du Lot"), "Un avis", now + 20 * DAY)
    await say(cast.referent_cpam_lot, case_id, now + 20 * DAY + 3 * HOUR)

    soon, later = await figures(now + 21 * DAY), await figures(now + 31 * DAY)

    assert soon["CPAM"].median_first_answer == 3 * HOUR and soon["Lot"].median_first_answer == 20 * DAY
    assert (later["Lot"].sent, later["CAF"].sent, later["CPAM"].sent) == (0, 0, 1)
    assert later["CPAM"].answer_delays == Counter([3]) and not later["Lot"].answer_delays


async def test_an_organisation_that_stepped_out_keeps_its_answer_alone(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await Case.update({Case.urgent: True}).where(Case.id == case_id)
    await say(cast.referent_caf_lot, case_id, now + HOUR)
    await say(cast.agent_lot, case_id, now + 2 * HOUR)
    await step_out(cast.referent_caf_lot, case_id, "Réglé chez nous", now + 3 * HOUR)

    left = await figures(november(26))

    assert left["CAF"] == CaseStatistics(sent=1, answer_delays=Counter([1]))
    assert (left["MSA"].urgent, left["MSA"].late, left["Lot"].urgent) == (1, 1, 1)
    await close(cast.agent_lot, case_id, "solved", november(26))
    closed = await figures(november(26))
    assert (closed["CAF"].closed, closed["MSA"].closed, closed["Lot"].closed) == (0, 1, 1)


async def test_two_teams_of_an_organisation_count_once(
    cast: Cast, new_case: NewCase, find_team: FindTeam, now: datetime
) -> None:
    """Once one answered, the organisation is Répondue, also after this team has stepped out; late while one is late."""
    case_id = await new_case("CAF")
    await say(cast.referent_caf_lot, case_id, now + HOUR)
    await invite_team(cast.referent_caf_lot, case_id, await find_team("CAF du Cher"), "À vous", now + HOUR)
    both = await figures(november(26, 12))
    await step_out(cast.referent_caf_lot, case_id, "C’est au Cher", november(26, 12))
    alone = await figures(november(26, 12))

    for counted in (both["CAF"], alone["CAF"]):
        assert (counted.open, counted.late, counted.sent) == (opened(Status.ANSWERED), 1, 1)
        assert counted.answer_delays == Counter([1])


async def test_a_case_closed_without_an_answer_is_counted_so_for_who_owed_it(
    cast: Cast, case_id: UUID, find_team: FindTeam, now: datetime
) -> None:
    """An organisation that answered, or was asked for an opinion, owed nothing."""
    await say(cast.referent_caf_lot, case_id, now)
    await invite_team(cast.referent_caf_lot, case_id, await find_team("CPAM du Lot"), "Un avis", now, opinion=True)
    await expire_inactive_cases(now + 166 * DAY)
    await expire_inactive_cases(now + 182 * DAY)

    found = await figures(now + 183 * DAY)

    assert {name: (counted.closed, counted.unanswered) for name, counted in found.items()} == {
        "Lot": (1, 1),
        "CAF": (1, 0),
        "MSA": (1, 1),
        "CPAM": (1, 0),
    }


async def test_a_case_that_continues_in_another_is_counted_apart(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """Taken back, it leaves the figures as they were."""
    case_id, other = await new_case("CAF"), await new_case("MSA")
    before = await anew(now)
    await continue_in(cast.agent_lot, case_id, other, now)

    found = await figures(now + HOUR)

    assert {name: (one.closed, one.duplicates, one.unanswered) for name, one in found.items()} == {
        "Lot": (1, 1, 0),
        "CAF": (1, 1, 0),
        "MSA": (0, 0, 0),
    }
    assert await kept(now + HOUR) == await anew(now + HOUR)
    await separate(cast.agent_lot, case_id, now + HOUR)
    assert await kept(now + HOUR) == await anew(now + HOUR)
    assert (await figures(now + HOUR))["Lot"] == decode_statistics(before)[WHOLE_AREA]


async def test_the_closing_of_a_team_changes_no_closed_case(
    cast: Cast, case_id: UUID, find_team: FindTeam, now: datetime
) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    before = await kept(now + HOUR)

    await close_team(cast.admin, await find_team("MSA du Lot"), now + HOUR)

    assert await anew(now + HOUR) == before


async def test_each_organisation_becomes_late_at_its_hour(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The case is late with the first of its teams: the second one still changes the figures."""
    await say(cast.referent_msa_lot, case_id, now)
    await say(cast.agent_lot, case_id, november(24))
    first = await kept(november(26))
    (due,) = [
        row["late_from"] for row in await Recipient.select(Recipient.late_from) if row["late_from"] > november(26)
    ]

    for counted, late in ((first, 1), (await kept(due - HOUR), 1), (await kept(due), 2)):
        assert sum(one.late for name, one in decode_statistics(counted).items() if name != WHOLE_AREA) == late
        assert decode_statistics(counted)[WHOLE_AREA].late == 1
