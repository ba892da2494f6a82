"""The page to open after login: the one asked for if it is of this site, else the list. Source: features.md L3."""

import re

HOME_PATH = "/demandes"
MAX_DESTINATION_LENGTH = 500
_OWN_PATH = re.compile(
    r"/(demandes|brouillons|profil|equipe|equipes|personnes|administration|aide)(/[a-z0-9-]+)*(\?[a-z0-9=&%+._-]*)?",
    re.IGNORECASE,
)


def resolve_destination(asked: str) -> str:
    return asked if len(asked) <= MAX_DESTINATION_LENGTH and _OWN_PATH.fullmatch(asked) else HOME_PATH


def resolve_asked_destination(asked: str) -> str:
    """Empty when no destination was given, so that a form adds none."""
    return resolve_destination(asked) if asked else ""
