"""Where to go after login: one of our own pages, or the list. Never another site. Source: features.md L3."""

import re

HOME = "/demandes"
LONGEST = 500
_OWN = re.compile(
    r"/(demandes|brouillons|profil|equipe|equipes|personnes|administration|aide)(/[a-z0-9-]+)*(\?[a-z0-9=&%+._-]*)?",
    re.IGNORECASE,
)


def own_destination(asked: str) -> str:
    return asked if len(asked) <= LONGEST and _OWN.fullmatch(asked) else HOME


def destination_asked(asked: str) -> str:
    """The same for a form to carry along; empty where nothing was asked."""
    return own_destination(asked) if asked else ""
