"""Where to go after login: one of our own pages, or the list. Never another site. Source: features.md L3."""

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
    """The same for a form to carry along; empty where nothing was asked."""
    return resolve_destination(asked) if asked else ""
