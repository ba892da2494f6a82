"""The network address that a request came from: only a trusted proxy is believed when it names another.

The brakes count it under a key (app/domain/authentication/login_rate_limit.py); the trail keeps the network that it is
in, never itself.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

from app.settings import settings

FORWARDED = frozenset(
    {
        "cdn-loop",
        "client-ip",
        "fastly-client-ip",
        "fly-client-ip",
        "forwarded",
        "proxy-client-ip",
        "true-client-ip",
        "via",
        "wl-proxy-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-proxyuser-ip",
        "x-real-ip",
        "x-remote-addr",
        "x-remote-ip",
        "x-varnish",
    }
)
FORWARDED_FAMILIES = ("cf-", "x-appengine-", "x-arr-", "x-azure-", "x-envoy-", "x-forwarded", "x-original-")
"""What proxies add: no browser and no command-line client sends them by itself. Their value is not read. « _ » counts
as « - »: some proxies write the one, some the other."""
Connection = ASGIConnection[Any, Any, Any, Any]
_IPV4, _IPV6 = 24, 48
"""What a home or an office is given at most (RFC 6177): who has one /64 of it may have 65,536."""
_LONGEST = 100
"""An IPv6 address with the name of a network card, and blanks."""


def network_of(connection: Connection) -> str:
    """« 203.0.113.7 », or the /48 of an IPv6 address: who has one of its addresses may have them all."""
    found = _address_of(connection)
    return _network(found, _IPV6) if isinstance(found, IPv6Address) else str(found or "")


def office_of(connection: Connection) -> str:
    """« 203.0.113.0/24 », or the /48 of an IPv6 address: says from which office, not from which desk or home."""
    return _office(_address_of(connection))


@lru_cache(maxsize=1024)
def _office(found: IPv4Address | IPv6Address | None) -> str:
    if found is None:
        return ""
    return _network(found, _IPV6 if isinstance(found, IPv6Address) else _IPV4)


def is_from_this_machine(connection: Connection) -> bool:
    """Whether a program of this machine asks by itself: the socket is loopback's, and no proxy has left its mark.

    HTTP/1.0 is such a mark: before 1.29.7 nginx speaks it by default, and adds no header. A relay that adds nothing and
    speaks HTTP/1.1 is not recognised (docs/security.md).
    """
    peer = _parsed(connection.client.host) if connection.client else None
    if peer is None or not peer.is_loopback or connection.scope["http_version"] == "1.0":
        return False
    sent = [name.replace("_", "-") for name in connection.headers]
    return not any(name in FORWARDED or name.startswith(FORWARDED_FAMILIES) for name in sent)


def _network(address: IPv4Address | IPv6Address, prefix: int) -> str:
    return str(ip_network((address, prefix), strict=False))


def _address_of(connection: Connection) -> IPv4Address | IPv6Address | None:
    peer = connection.client.host if connection.client else ""
    forwarded = ",".join(connection.headers.getall("x-forwarded-for", []))
    return _first_stranger([*forwarded.split(","), peer])


def _first_stranger(hops: list[str]) -> IPv4Address | IPv6Address | None:
    """From the nearest hop back, the first that is not a trusted proxy; what nobody trusted wrote is not read."""
    nearest: IPv4Address | IPv6Address | None = None
    for hop in reversed(hops):
        address = _parsed(hop)
        if address is None:
            break
        nearest = address
        if not any(address in network for network in settings.trusted_proxies):
            break
    return nearest


def _parsed(hop: str) -> IPv4Address | IPv6Address | None:
    """Nothing longer than an address can be is kept in memory: anybody may send it."""
    return _read(hop.strip()) if len(hop) < _LONGEST else None


@lru_cache(maxsize=1024)
def _read(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
