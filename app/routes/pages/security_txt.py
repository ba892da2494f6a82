"""The contact for reporting a vulnerability: RFC 9116."""

from datetime import datetime, timedelta

from litestar import MediaType, Response, get
from litestar.di import NamedDependency

from app.settings import settings

_VALIDITY = timedelta(days=180)


@get("/.well-known/security.txt")
async def show_security_contact(now: NamedDependency[datetime]) -> Response[str]:
    """Built at each request, so that it never expires."""
    lines = (
        f"Contact: mailto:{settings.security_contact}",
        f"Expires: {now + _VALIDITY:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    )
    return Response("".join(f"{line}\n" for line in lines), media_type=MediaType.TEXT)
