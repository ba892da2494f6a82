"""The codes are those of RFC 6238, so any authenticator shows them; a near half minute is accepted, once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.authentication.totp import (
    STEP_SECONDS,
    build_authenticator_url,
    compute_code,
    compute_step,
    find_matching_step,
    format_secret,
    make_secret,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("second", "code"), RFC_CODES.items())
def test_the_codes_of_the_rfc(second: int, code: str) -> None:
    assert compute_code(RFC_SECRET, second // STEP_SECONDS) == code


def test_one_half_minute_early_or_late_is_forgiven_and_no_more() -> None:
    code = compute_code(RFC_SECRET, compute_step(NOW))

    accepted = [
        slip
        for slip in range(-4, 5)
        if find_matching_step(RFC_SECRET, code, NOW + timedelta(seconds=slip * STEP_SECONDS), after=0) is not None
    ]

    assert accepted == [-1, 0, 1]


def test_a_half_minute_that_has_served_and_those_before_are_refused() -> None:
    step = compute_step(NOW)
    assert find_matching_step(RFC_SECRET, compute_code(RFC_SECRET, step), NOW, after=step) is None
    assert find_matching_step(RFC_SECRET, compute_code(RFC_SECRET, step - 1), NOW, after=step) is None
    assert find_matching_step(RFC_SECRET, compute_code(RFC_SECRET, step + 1), NOW, after=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٢٨٧٠٨٢", "28708 ２", "\0" * 6])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert find_matching_step(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC), after=-1) is None


def test_blanks_do_not_count() -> None:
    assert find_matching_step(RFC_SECRET, " 287 082 ", datetime.fromtimestamp(59, UTC), after=-1) == 1


def test_a_secret_has_160_bits_and_is_another_each_time() -> None:
    secrets = {make_secret() for _ in range(50)}
    assert len(secrets) == 50 and {len(base64.b32decode(secret)) for secret in secrets} == {20}
    assert format_secret("ABCDEFGH") == "ABCD EFGH"


def test_the_authenticator_is_told_whose_code_it_is() -> None:
    link = build_authenticator_url(RFC_SECRET, "admin@exemple.fr")
    assert link.startswith("otpauth://totp/Administration%2B:admin%40exemple.fr?") and RFC_SECRET in link
