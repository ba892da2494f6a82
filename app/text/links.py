"""The addresses in a typed text, so that a page shows them as links. Pure.

Only http, https, « www. » and addresses of mail: no other scheme runs from a message. An address that names a person
before its host (https://caf.fr@example.org) stays a text, as it leads elsewhere than it reads.
"""

import re
from collections.abc import Iterator

_HIDDEN = "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
"""Characters without a width, or that turn the direction of a text: an address with one would not read as it leads."""
_ADDRESS = re.compile(
    rf"""(?<![\w@/])(?:
        (?P<web>(?:https?://|www\.)\w[^\s<>"«»“”\\{_HIDDEN}]*)
        | (?P<mail>[\w.+-]{{1,64}}@(?:[a-z0-9-]{{1,63}}\.){{1,8}}[a-z]{{2,24}})(?![\w@-])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_END = ".,;:!?…'’*_~|"
_CLOSING = {")": "(", "]": "[", "}": "{"}


def split_links(text: str) -> Iterator[tuple[str, str]]:
    """The parts of the text in order, each with the address that it leads to: empty for words."""
    end = 0
    for found in _ADDRESS.finditer(text):
        shown = _trim_end(found["web"]) if found["web"] else found["mail"]
        href = _build_href(shown) if found["web"] else f"mailto:{shown}"
        if href:
            yield from _list_words(text[end : found.start()])
            yield shown, href
            end = found.start() + len(shown)
    yield from _list_words(text[end:])


def _list_words(text: str) -> Iterator[tuple[str, str]]:
    if text:
        yield text, ""


def _trim_end(address: str) -> str:
    """Without the punctuation of the sentence around it: a closing bracket stays when the address opens it."""
    unopened = {close: address.count(close) - address.count(opening) for close, opening in _CLOSING.items()}
    end = len(address)
    while end and (address[end - 1] in _END or unopened.get(address[end - 1], 0) > 0):
        end -= 1
        if address[end] in unopened:
            unopened[address[end]] -= 1
    return address[:end]


def _build_href(address: str) -> str:
    """Empty for what leads to no host, or names a person before it."""
    href = address if re.match("https?://", address, re.IGNORECASE) else f"https://{address}"
    host = re.split("[/?#]", href.split("://", 1)[1], maxsplit=1)[0]
    named = re.fullmatch(r"\w(?:[\w.-]*\w)?(?::\d{1,5})?", host)
    return href if named else ""


FILTERS = {"link_parts": split_links}
