"""A refused password gets a reason and advice; a common one is never accepted."""

import hashlib
import json
import random
import string
import time

import pytest

from app.cast import Cast
from app.domain.authentication.breached_passwords import FILTER_PATH, is_breached
from app.domain.authentication.password_policy import find_password_error, find_policy_error
from bench.hostile.passwords import LIST, TWICE, list_accepted

ABOUT = ["carmen.vidal@exemple.fr", "Carmen Vidal", "France Services du Lot", "CAF", "Caisse d’allocations familiales"]
LEAKED = ("dariaandricardo89", "crownofmoon1941", "nokia8800siroka", "multipole13091987", "katariina92002")
"""In the list of leaked ones; neither the estimator nor the French words refuse them."""
GOOD = (
    "tramway violet sous la pluie",
    "cheval agrafe pile correcte",
    "k7Rv-q2Lm-9xTe",
    "Zq8!vLp2@wNx",
    "7 poires au sirop",
    "un pilote de culottes rayées",
)


@pytest.mark.parametrize("password", [*LEAKED, *(one.upper() for one in LEAKED)])
def test_no_leaked_or_common_password_is_accepted(password: str) -> None:
    assert "liste publique de mots de passe volés" in find_policy_error(password, ABOUT)


def test_nor_any_of_the_most_common_ones_however_often_it_is_repeated() -> None:
    words = LIST.read_text().split("\n")
    assert not any(list_accepted(words[:1000]))
    for made in TWICE:
        assert sum(map(bool, list_accepted(words[:300], made))) == 0, made


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("vidal-fraise-tambour-glacier", "vidal"),
        ("Tambour V1dal glacier prune", "vidal"),
        ("tambour CARMEN glacier prune", "carmen"),
        ("caf tambour glacier prunelle", "caf"),
        ("46caf46tambour-glacier", "caf"),
        ("mon lot de tambours glacés", "lot"),
        ("les allocations du tambour", "allocations"),
        ("tambour@exemple.glacier", "exemple"),
    ],
)
def test_a_part_that_names_the_person_is_refused_and_named(password: str, part: str) -> None:
    assert f"contient «\u00a0{part}\u00a0»" in find_policy_error(password, ABOUT) and not find_policy_error(
        password, []
    )


@pytest.mark.parametrize("password", GOOD)
def test_a_good_one_is_accepted(password: str) -> None:
    assert find_policy_error(password, ABOUT) == ""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("onze-signes", "au moins 12 caractères"),
        ("x" * 129, "1 de trop"),
        ("tournesol2024!", "se devine trop vite"),
        ("Abcdefghijkl1", "se devine trop vite"),
        ("yuantuo2012.yuantuo2012!", "se devine trop vite"),
    ],
)
def test_each_refusal_says_its_own_reason(password: str, said: str) -> None:
    assert said in find_policy_error(password, ABOUT)


async def test_the_names_of_the_team_and_of_its_organisation_are_known(cast: Cast) -> None:
    assert "contient «\u00a0demonstration\u00a0»" in await find_password_error(
        cast.agent_lot, "tambour démonstration glacier"
    )
    found = await find_password_error(cast.referent_caf_lot, "tambours familiales glacier")
    assert "contient «\u00a0familiales\u00a0»" in found
    assert await find_password_error(cast.agent_lot, "tambours familiales glacier") == ""


def test_drawn_passwords_are_accepted_but_for_one_in_a_hundred() -> None:
    draw = random.Random(14)  # noqa: S311
    drawn = ["".join(draw.choices(string.ascii_letters + string.digits, k=14)) for _ in range(1000)]
    assert sum(bool(find_policy_error(password, ABOUT)) for password in drawn) <= 10


def test_the_filter_is_the_one_that_was_made() -> None:
    about = json.loads(FILTER_PATH.with_suffix(".json").read_text())
    assert hashlib.sha256(FILTER_PATH.read_bytes()).hexdigest() == about["made"]
    assert about["licence"] == "MIT" and about["entries"] > 700_000 and about["refused_by_chance"] < 0.005
    assert not any(is_breached(password) for password in GOOD)


@pytest.mark.parametrize(
    "hostile", ["!" * 128, "ab" * 64, "x1" * 60 + "yz", "".join(map(chr, range(33, 127))), "é" * 128]
)
def test_no_text_takes_long_to_judge_by_all_rules(hostile: str) -> None:
    begun = time.process_time()
    find_policy_error(hostile, ABOUT)
    assert time.process_time() - begun < 0.05
