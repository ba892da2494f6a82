"""A number has a check digit, and is drawn once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.case_number import (
    add_check_digit,
    draw_case_number,
    format_case_number,
    is_mistyped,
    parse_case_number,
)
from app.domain.cases.lifecycle.closure import Outcome, close
from app.domain.cases.lifecycle.erasure import erase_due
from db.tables.cases import Case, CaseNumber


@pytest.mark.parametrize(("drawn", "whole"), [(572, "0000-5724"), (4827193, "4827-1930"), (0, "0000-0000")])
def test_seven_digits_and_the_check_digit_of_damm(drawn: int, whole: str) -> None:
    assert format_case_number(add_check_digit(drawn)) == whole


@pytest.mark.parametrize("drawn", [4827193, 1, 9999999, 1234567])
def test_each_wrong_digit_and_each_exchange_is_noticed(drawn: int) -> None:
    digits = f"{add_check_digit(drawn):08}"
    wrong = {digits[:at] + other + digits[at + 1 :] for at in range(8) for other in "0123456789"}
    wrong |= {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(7)}
    assert [one for one in wrong if parse_case_number(one) is not None] == [digits]


@pytest.mark.parametrize(
    "typed", ["4827-1930", "48271930", "4827 1930", " n° 4827-1930. ", "4827–1930", "4827\u00a01930"]
)
def test_it_is_read_as_people_write_it(typed: str) -> None:
    assert parse_case_number(typed) == 48271930 and not is_mistyped(typed)


@pytest.mark.parametrize("typed", ["", "4827-193", "4827-1936", "14827-1930", "4827-1930 2", "moreau", "48 27 19 30"])
def test_another_text_is_no_number(typed: str) -> None:
    assert parse_case_number(typed) is None
    assert is_mistyped(typed) is (typed == "4827-1936")


@pytest.mark.usefixtures("database")
async def test_a_number_is_never_drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr("secrets.randbelow", lambda below: next(drawn))
    assert [await draw_case_number(), await draw_case_number()] == [add_check_digit(7), add_check_digit(8)]


@pytest.mark.usefixtures("database")
async def test_an_end_of_all_numbers_is_an_error_and_no_endless_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda below: 7)
    await draw_case_number()
    with pytest.raises(RuntimeError):
        await draw_case_number()


async def test_an_erased_case_loses_its_number_and_no_other_case_gets_it(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    number = await load_number(case_id)
    assert parse_case_number(format_case_number(number)) == number
    await close(cast.agent_lot, case_id, Outcome.SOLVED, now)

    await erase_due(now + timedelta(days=200))

    assert await load_number(case_id) is None
    assert await CaseNumber.exists().where(CaseNumber.number == number)


async def load_number(case_id: UUID) -> Any:
    row = await Case.select(Case.number).where(Case.id == case_id).first()
    assert row
    return row["number"]
