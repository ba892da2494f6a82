"""Why an attempt to send failed: the relay, a recipient for now, or a recipient for good.

| failure    | what happened                                        | what follows                                   |
|------------|------------------------------------------------------|------------------------------------------------|
| relay      | no connection, no login, our sender refused          | retried for 72 hours, /readyz says so          |
| slow       | no answer in time                                    | retried for 72 hours                           |
| temporary  | 4xx for this recipient, 421 too: greylisting, full   | retried for 72 hours, then the mailbox is dead |
| policy     | 5xx about our server or our text, not the mailbox    | retried for 72 hours                           |
| error      | our own code                                         | retried for 72 hours                           |
| mailbox    | 5xx: no such mailbox, or it is disabled              | tried twice in all, then the mailbox is dead   |
| full       | 5xx: the mailbox is full                             | the same                                       |
| domain     | 5xx: the domain receives no emails                   | the same                                       |

Only the class is stored, never the words of a server, which often repeat the address. Source: RFC 5321, 4.2; RFC 3463.
"""

import re
from enum import StrEnum


class Failure(StrEnum):
    """The value is email.failure, and undelivered.reason for those of a recipient."""

    RELAY = "relay"
    SLOW = "slow"
    TEMPORARY = "temporary"
    POLICY = "policy"
    ERROR = "error"
    MAILBOX = "mailbox"
    FULL = "full"
    DOMAIN = "domain"


PERMANENT = frozenset({Failure.MAILBOX, Failure.FULL, Failure.DOMAIN})
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ABOUT_THE_SESSION = frozenset({503, 530, 535})
_POLICY_CODES = frozenset({541, 571})
_PERMANENT_BY_CODE = {521: Failure.DOMAIN, 552: Failure.FULL, 556: Failure.DOMAIN}
_MAILBOX_CODES = frozenset({550, 551, 553})
_ABOUT_US = re.compile(
    r"relay|spam|block(ed|list)|blacklist|reputation|policy|\b(sender|spf|dkim|dmarc|rbl)\b"
    r"|\bmessage (size|length|(is )?too (big|large|long))\b",
    re.IGNORECASE,
)
_NAMES_A_MAILBOX = re.compile(r"\b(user|recipient|mailbox)\b", re.IGNORECASE)
_DEAD_DOMAINS = frozenset({(1, 2), (1, 10), (4, 4)})
_NOT_THE_MAILBOX = frozenset({(1, 7), (1, 8), (2, 3)})
"""A bad sender, and a text that is too long."""
_NO_ANSWER = (4, 1)
"""Microsoft 365 says « 5.4.1 Recipient address rejected: Access denied » of a mailbox that does not exist."""


def find_reply_failure(code: int, text: str) -> Failure:
    """A reply to RCPT TO, or to the text of an email with one recipient. The enhanced code says more than the code.

    The relay knows us by then: only what speaks of the session itself is its own failure.
    """
    if code < 400 or code in _ABOUT_THE_SESSION:
        return Failure.RELAY
    if code < 500:
        return Failure.TEMPORARY
    if found := _ENHANCED.search(text):
        return find_status_failure(found[0], text) or Failure.POLICY
    return Failure.POLICY if code in _POLICY_CODES or _ABOUT_US.search(text) else _find_permanent(code, text)


def _find_permanent(code: int, text: str) -> Failure:
    if code in _PERMANENT_BY_CODE:
        return _PERMANENT_BY_CODE[code]
    return Failure.MAILBOX if code in _MAILBOX_CODES or _NAMES_A_MAILBOX.search(text) else Failure.POLICY


def find_status_failure(status: str, text: str = "") -> Failure | None:
    """« 5.1.1 » is MAILBOX. None for a text that is no status, and for a success. text: what the server said."""
    found = _ENHANCED.fullmatch(status)
    if found is None or found[1] == "2":
        return None
    if found[1] == "4":
        return Failure.TEMPORARY
    about = int(found[2]), int(found[3])
    if about in _DEAD_DOMAINS:
        return Failure.DOMAIN
    if about == (2, 2):
        return Failure.FULL
    if about == _NO_ANSWER:
        return Failure.MAILBOX if "recipient" in text.lower() else Failure.POLICY
    return Failure.MAILBOX if about[0] in (1, 2) and about not in _NOT_THE_MAILBOX else Failure.POLICY
