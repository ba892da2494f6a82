"""A familiar browser: one in which a person has come in before. The brakes count it apart, so that whoever asks for
links or tries passwords in somebody's name keeps nobody out of their own desk. Source: issue 6.

Its cookie is a number of its own and, under the server's key, a mark for each of the latest people of that desk, and
one that says that the number is ours: it opens nothing, and says who only to whom can already name them.
"""

from app.domain.tokens import keyed, new_token, same

LATEST = 8
_NUMBER, _MARK = 16, 24
_ANY_PERSON = ""


def made_familiar(cookie: str, address: str) -> str:
    """The cookie once this person has come in: the latest first."""
    number, marks = _read(cookie)
    own, any_person = _mark(number, address), _mark(number, _ANY_PERSON)
    others = [mark for mark in marks if mark not in (own, any_person)]
    return ".".join([number, own, *others[: LATEST - 1], any_person])


def familiar_to_any(cookie: str) -> str:
    """The browser's number where a person has come in, before it is known who comes; else nothing."""
    return familiar_to(cookie, _ANY_PERSON)


def familiar_to(cookie: str, address: str) -> str:
    """The browser's number where this address has come in before, else nothing. Same work whatever the answer."""
    number, marks = _read(cookie)
    own = _mark(number, address)
    return number if sum(same(own, mark) for mark in marks) else ""


def _read(cookie: str) -> tuple[str, list[str]]:
    """Whatever is no cookie of ours is a browser that nobody has come in from."""
    number, *marks = cookie.split(".")[: LATEST + 2]
    if len(number) != _NUMBER or not number.isalnum() or not number.isascii():
        return new_token()[:_NUMBER], []
    return number, [mark for mark in marks if len(mark) == _MARK and mark.isalnum() and mark.isascii()]


def _mark(number: str, address: str) -> str:
    return keyed("familiar-browser", f"{number}\0{address}")[:_MARK]
