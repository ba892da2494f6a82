"""What a bounce says: which email of ours, why, and whom it failed. Any other email says nothing."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.email.failure import Failure
from app.gateways.email.bounce_parser import parse_bounce
from app.tests.support.bounce_samples import HEADERS_ALONE, build_absence, build_exim, build_report

ID = UUID("97a1eef4-e9df-4a2a-8f93-d0112e438323")
OURS, TO = f"<{ID}@exemple.fr>", "referent.caf.lot@exemple.fr"
MAILBOX, FULL, POLICY, TEMPORARY = Failure.MAILBOX, Failure.FULL, Failure.POLICY, Failure.TEMPORARY


@pytest.mark.parametrize(
    ("raw", "failure"),
    [
        (build_report(TO, OURS), MAILBOX),
        (build_report(TO, OURS, "5.2.2", joined=HEADERS_ALONE), FULL),
        (build_report(TO, OURS, "5.7.1"), POLICY),
        (build_report(TO, OURS, "5.4.1"), MAILBOX),
        (build_report(TO, OURS, "4.4.1"), TEMPORARY),
        (build_exim(TO, OURS), MAILBOX),
        (build_exim(TO, OURS, ""), MAILBOX),
        (build_exim(TO, OURS, "5.2.2"), FULL),
    ],
)
def test_a_bounce_says_why_and_of_which_email(raw: bytes, failure: Failure) -> None:
    bounce = parse_bounce(raw, "exemple.fr")

    assert bounce and (bounce.sent_as, bounce.failure, bounce.recipient) == (ID, failure, TO)


@pytest.mark.parametrize(
    ("quoted", "recipient"),
    [
        (f"Final-Recipient: rfc822; {TO}", TO),
        (f"Original-Recipient: rfc822;{TO}\nFinal-Recipient: rfc822; ailleurs@exemple.org", TO),
        ("Final-Recipient: rfc822; <Ailleurs@exemple.org>", "Ailleurs@exemple.org"),
        ("X-Reason: none", ""),
    ],
)
def test_without_the_original_to_a_bounce_names_whom_it_failed(quoted: str, recipient: str) -> None:
    raw = build_report(TO, OURS, joined=HEADERS_ALONE.replace("To: {to}\n", "")).decode()

    bounce = parse_bounce(raw.replace(f"Final-Recipient: rfc822; {TO}", quoted).encode(), "exemple.fr")

    assert bounce and bounce.recipient == recipient


@pytest.mark.parametrize(
    "raw",
    [
        build_report(TO, OURS, action="delayed"),
        build_report(TO, OURS, "2.0.0", action="delivered"),
        build_report(TO, f"<{ID}@ailleurs.fr>"),
        build_report(TO, "<20261123.1@exemple.fr>"),
        build_report(TO, OURS, "cinq"),
        build_report(TO, OURS, joined="Content-Type: message/rfc822\n\n"),
        build_absence(TO, OURS),
        build_report(TO, OURS)[:300],
        b"",
        b"\xff\xfe\x00" * 400,
    ],
)
def test_any_other_email_is_none(raw: bytes) -> None:
    assert parse_bounce(raw, "exemple.fr") is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 900), st.binary(max_size=40))
def test_a_damaged_bounce_is_read_or_is_none(at: int, noise: bytes) -> None:
    raw = build_report(TO, OURS)
    parse_bounce(raw[:at] + noise + raw[at:], "exemple.fr")
