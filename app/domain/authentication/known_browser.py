"""A familiar browser: one in which a person has come in before. The brakes count it apart, so that whoever asks for
links or tries passwords in somebody's name keeps nobody out of their own desk. Source: issue 6.

Its cookie is a number of its own and, under the server's key, a mark for each of the latest people of that desk, and
one that says that the number is ours: it opens nothing, and says who only to whom can already name them.
"""

from app.domain.tokens import compute_hmac, is_equal_constant_time, make_token

MAX_PEOPLE = 8
_ID_LENGTH, _HMAC_LENGTH = 16, 24
_ANY_PERSON = ""


def build_known_browser_cookie(cookie: str, address: str) -> str:
    """The cookie once this person has come in: the latest first."""
    number, marks = _parse_cookie(cookie)
    own, any_person = _compute_person_hmac(number, address), _compute_person_hmac(number, _ANY_PERSON)
    others = [mark for mark in marks if mark not in (own, any_person)]
    return ".".join([number, own, *others[: MAX_PEOPLE - 1], any_person])


def find_known_browser(cookie: str) -> str:
    """The browser's number where a person has come in, before it is known who comes; else nothing."""
    return find_known_browser_of(cookie, _ANY_PERSON)


def find_known_browser_of(cookie: str, address: str) -> str:
    """The browser's number where this address has come in before, else nothing. Same work whatever the answer."""
    number, marks = _parse_cookie(cookie)
    own = _compute_person_hmac(number, address)
    return number if sum(is_equal_constant_time(own, mark) for mark in marks) else ""


def _parse_cookie(cookie: str) -> tuple[str, list[str]]:
    """Whatever is no cookie of ours is a browser that nobody has come in from."""
    number, *marks = cookie.split(".")[: MAX_PEOPLE + 2]
    if len(number) != _ID_LENGTH or not number.isalnum() or not number.isascii():
        return make_token()[:_ID_LENGTH], []
    return number, [mark for mark in marks if len(mark) == _HMAC_LENGTH and mark.isalnum() and mark.isascii()]


def _compute_person_hmac(number: str, address: str) -> str:
    return compute_hmac("familiar-browser", f"{number}\0{address}")[:_HMAC_LENGTH]
