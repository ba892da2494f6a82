"""What is answered without asking who asks: an asset, the same for everybody, and a machine that watches."""

from litestar.types import Scope

PROBES = frozenset({"/livez", "/readyz"})
"""Without a person, a banner or a database: app/routes/pages/health.py."""
ASSETS_PREFIX = "/s/"


def is_public_path(scope: Scope) -> bool:
    return scope["path"] in PROBES or scope["path"].startswith(ASSETS_PREFIX)
