"""What a server answers says whether it speaks of the mailbox, or of us."""

import pytest

from app.domain.email.failure import Failure, find_reply_failure, find_status_failure

MAILBOX, FULL, DOMAIN, POLICY, TEMPORARY, RELAY = (
    *(Failure.MAILBOX, Failure.FULL, Failure.DOMAIN, Failure.POLICY, Failure.TEMPORARY, Failure.RELAY),
)


@pytest.mark.parametrize(
    ("code", "text", "failure"),
    [
        (550, "No such user", MAILBOX),
        (550, "5.1.1 <marc@exemple.fr>: Recipient address rejected: User unknown in virtual mailbox table", MAILBOX),
        (550, "5.2.1 The email account that you tried to reach is disabled", MAILBOX),
        (551, "User not local", MAILBOX),
        (553, "sorry, no mailbox here by that name", MAILBOX),
        (552, "5.2.2 Mailbox full", FULL),
        (552, "Requested mail action aborted: exceeded storage allocation", FULL),
        (554, "5.2.2 mailbox is over quota", FULL),
        (550, "5.1.2 Bad destination system address", DOMAIN),
        (550, "5.4.4 Unable to route: Host unknown", DOMAIN),
        (556, "5.1.10 Recipient address has null MX", DOMAIN),
        (521, "example.fr does not accept mail", DOMAIN),
        (554, "5.7.1 <marc@exemple.fr>: Relay access denied", POLICY),
        (554, "Transaction failed", POLICY),
        (550, "relay not permitted", POLICY),
        (550, "Message rejected as spam", POLICY),
        (550, "5.7.23 SPF validation failed", POLICY),
        (550, "5.1.8 Sender address rejected: Domain not found", POLICY),
        (552, "5.3.4 Message size exceeds fixed limit", POLICY),
        (450, "4.2.0 <marc@exemple.fr>: Recipient address rejected: Greylisted", TEMPORARY),
        (451, "4.7.1 Please try again later", TEMPORARY),
        (452, "4.2.2 Mailbox full", TEMPORARY),
        (421, "4.7.0 Too many connections", TEMPORARY),
        (421, "4.7.28 too many messages for this recipient", TEMPORARY),
        (550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)", MAILBOX),
        (550, "5.4.1 No answer from host", POLICY),
        (554, "delivery error: dd This user doesn't have an account", MAILBOX),
        (554, "no such user here", MAILBOX),
        (554, "Sender address rejected: unknown user", POLICY),
        (550, "Sender verify failed", POLICY),
        (511, "No such user", MAILBOX),
        (501, "Syntax error", POLICY),
        (501, "5.1.3 Bad recipient address syntax", MAILBOX),
        (541, "The recipient address rejected your message", POLICY),
        (571, "Delivery not authorized for this user", POLICY),
        (552, "Message size exceeds maximum permitted", POLICY),
        (552, "message too large", POLICY),
        (552, "5.2.3 Message size exceeds fixed maximum message size", POLICY),
        (552, "mailbox size limit exceeded", FULL),
        (530, "5.7.0 Authentication required", RELAY),
        (503, "Bad sequence of commands", RELAY),
    ],
)
def test_a_reply_has_one_class(code: int, text: str, failure: Failure) -> None:
    assert find_reply_failure(code, text) == failure


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("5.1.1", MAILBOX),
        ("5.0.0", POLICY),
        ("5.4.1", POLICY),
        ("4.4.1", TEMPORARY),
        ("2.0.0", None),
        ("5.1", None),
        ("", None),
    ],
)
def test_a_status_has_one_class(status: str, failure: Failure | None) -> None:
    assert find_status_failure(status) == failure
