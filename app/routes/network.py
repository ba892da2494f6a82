"""The network address that a request came from: only a trusted proxy is believed when it names another.

It is counted by the brakes (app/domain/login/brakes.py) and kept nowhere.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from litestar import Request

from app.settings import settings

_HOME_IPV6 = 64


def network_of(request: Request[Any, Any, Any]) -> str:
    """« 203.0.113.7 », or the /64 of an IPv6 address: whoever has one of its addresses has them all."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
    found = _first_stranger([*forwarded.split(","), peer])
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _HOME_IPV6), strict=False))
    return str(found or "")


def _first_stranger(hops: Iterable[str]) -> IPv4Address | IPv6Address | None:
    """From the nearest hop back, the first that is not a trusted proxy; what nobody trusted wrote is not read."""
    nearest: IPv4Address | IPv6Address | None = None
    for hop in reversed(list(hops)):
        address = _parsed(hop)
        if address is None:
            break
        nearest = address
        if not any(address in network for network in settings.trusted_proxies):
            break
    return nearest


def _parsed(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
