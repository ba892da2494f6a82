"""Addresses answered without loading the person: static files, which are the same for all, and probes."""

from litestar.types import Scope

PROBES = frozenset({"/livez", "/readyz"})
"""Answered without a person, a banner or the database: app/routes/pages/health.py."""
ASSETS_PREFIX = "/s/"


def is_public_path(scope: Scope) -> bool:
    return scope["path"] in PROBES or scope["path"].startswith(ASSETS_PREFIX)
