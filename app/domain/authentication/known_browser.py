"""A known browser: one in which a person has logged in before. Source: issue 6.

Rate limits count it apart. Attempts that other people make on a person's address thus never keep that person out.

The cookie holds a random number, an HMAC for each of the latest people who logged in there, and one that proves that
the number is ours. It opens nothing. It only confirms an address that is already known.
"""

from app.domain.tokens import compute_hmac, is_equal_constant_time, make_token

MAX_PEOPLE = 8
_ID_LENGTH, _HMAC_LENGTH = 16, 24
_ANY_PERSON = ""


def build_known_browser_cookie(cookie: str, address: str) -> str:
    """Returns the cookie after this person has logged in. The latest person is first."""
    number, marks = _parse_cookie(cookie)
    own, any_person = _compute_person_hmac(number, address), _compute_person_hmac(number, _ANY_PERSON)
    others = [mark for mark in marks if mark not in (own, any_person)]
    return ".".join([number, own, *others[: MAX_PEOPLE - 1], any_person])


def find_known_browser(cookie: str) -> str:
    """The browser's number where any person has logged in, else empty. For use before the person is known."""
    return find_known_browser_of(cookie, _ANY_PERSON)


def find_known_browser_of(cookie: str, address: str) -> str:
    """The browser's number where this address has logged in before, else empty. The work is the same."""
    number, marks = _parse_cookie(cookie)
    own = _compute_person_hmac(number, address)
    return number if sum(is_equal_constant_time(own, mark) for mark in marks) else ""


def _parse_cookie(cookie: str) -> tuple[str, list[str]]:
    """A cookie that is not ours gives a new number, without people."""
    number, *marks = cookie.split(".")[: MAX_PEOPLE + 2]
    if len(number) != _ID_LENGTH or not number.isalnum() or not number.isascii():
        return make_token()[:_ID_LENGTH], []
    return number, [mark for mark in marks if len(mark) == _HMAC_LENGTH and mark.isalnum() and mark.isascii()]


def _compute_person_hmac(number: str, address: str) -> str:
    return compute_hmac("familiar-browser", f"{number}\0{address}")[:_HMAC_LENGTH]
