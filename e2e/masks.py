"""Masks what differs between two runs of one tree: see e2e/html_of_states.py."""

import re

_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_HOUR = r"\d{1,2} h \d\d"
_NUMBERED = {
    "id": r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    "token": r"\b[0-9a-f]{32,}(?:xyz)?\b|\b[0-9a-f]{16}\b",
    "opaque": r"(?:(?<=depuis=)|(?<=avant=)|(?<=apres=)|(?<=/messages/))[\w-]{11}(?![\w-])",
    "key": r'(?<=name="cle" value=")[^"]+|(?<=name="version" value=".\.)[\w-]{4}(?=\.)',
    "code": r'(?<=<code>)[\w-]{14}(?=</code>)|(?<=class="code">)[\w ]+',
}
"""Random values of the server. Each is numbered by its first place in the file, so that a swap shows."""
_PLAIN = {
    "date": rf"\b\d{{1,2}}(?:er)? (?:{_MONTHS}) \d{{4}}(?: à {_HOUR})?|\b\d\d/\d\d/\d{{4}}\b|\b{_HOUR}\b"
    r"|\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00)?)?",
    "sending": r'(?<=\?vu=)(?:waiting|sent)-0|(?<=tag-plain">)(?:en cours d’envoi|réponse attendue)(?=<)',
    "order": r'(?<=data-order=")\d+',
    "digest": r"(?<=\.)[0-9a-f]{6}(?=\.(?:css|js|svg|webp)\b)",
    "qr": r'(?<=class="qrline" )[^>]*',
    "place": r'(?<=class="press-cover" )style="[^"]*"',
    "site": r"http://127\.0\.0\.1:\d+",
}
"""Values that depend on the moment, the files or the machine. Two may be equal by chance: they have no number."""
_MASKS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in {**_NUMBERED, **_PLAIN}.items()))


def mask(text: str) -> str:
    numbers: dict[str, int] = {}

    def masked(found: re.Match[str]) -> str:
        kind = str(found.lastgroup)
        return f"[{kind}]" if kind in _PLAIN else f"[{kind} {numbers.setdefault(found[0], len(numbers) + 1)}]"

    return _MASKS.sub(masked, text)
