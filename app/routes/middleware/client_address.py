"""The network address that a request came from: only a trusted proxy is believed when it names another.

The brakes count it under a key (app/domain/authentication/login_rate_limit.py); the trail keeps the network that it is
in, never itself.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

from app.settings import settings

PROXY_HEADERS = frozenset(
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
PROXY_HEADER_PREFIXES = ("cf-", "x-appengine-", "x-arr-", "x-azure-", "x-envoy-", "x-forwarded", "x-original-")
"""What proxies add: no browser and no command-line client sends them by itself. Their value is not read. « _ » counts
as « - »: some proxies write the one, some the other."""
Connection = ASGIConnection[Any, Any, Any, Any]
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48
"""What a home or an office is given at most (RFC 6177): who has one /64 of it may have 65,536."""
_MAX_HOP_LENGTH = 100
"""An IPv6 address with the name of a network card, and blanks."""


def read_client_network(connection: Connection) -> str:
    """« 203.0.113.7 », or the /48 of an IPv6 address: who has one of its addresses may have them all."""
    found = _read_client_address(connection)
    return _format_network(found, _IPV6_PREFIX) if isinstance(found, IPv6Address) else str(found or "")


def read_office_network(connection: Connection) -> str:
    """« 203.0.113.0/24 », or the /48 of an IPv6 address: says from which office, not from which desk or home."""
    return _format_office(_read_client_address(connection))


@lru_cache(maxsize=1024)
def _format_office(found: IPv4Address | IPv6Address | None) -> str:
    if found is None:
        return ""
    return _format_network(found, _IPV6_PREFIX if isinstance(found, IPv6Address) else _IPV4_PREFIX)


def is_local_client(connection: Connection) -> bool:
    """Whether a program of this machine asks by itself: the socket is loopback's, and no proxy has left its mark.

    HTTP/1.0 is such a mark: before 1.29.7 nginx speaks it by default, and adds no header. A relay that adds nothing and
    speaks HTTP/1.1 is not recognised (docs/security.md).
    """
    peer = _parse_hop(connection.client.host) if connection.client else None
    if peer is None or not peer.is_loopback or connection.scope["http_version"] == "1.0":
        return False
    sent = [name.replace("_", "-") for name in connection.headers]
    return not any(name in PROXY_HEADERS or name.startswith(PROXY_HEADER_PREFIXES) for name in sent)


def _format_network(address: IPv4Address | IPv6Address, prefix: int) -> str:
    return str(ip_network((address, prefix), strict=False))


def _read_client_address(connection: Connection) -> IPv4Address | IPv6Address | None:
    peer = connection.client.host if connection.client else ""
    forwarded = ",".join(connection.headers.getall("x-forwarded-for", []))
    return _find_first_untrusted([*forwarded.split(","), peer])


def _find_first_untrusted(hops: list[str]) -> IPv4Address | IPv6Address | None:
    """From the nearest hop back, the first that is not a trusted proxy; what nobody trusted wrote is not read."""
    nearest: IPv4Address | IPv6Address | None = None
    for hop in reversed(hops):
        address = _parse_hop(hop)
        if address is None:
            break
        nearest = address
        if not any(address in network for network in settings.trusted_proxies):
            break
    return nearest


def _parse_hop(hop: str) -> IPv4Address | IPv6Address | None:
    """Nothing longer than an address can be is kept in memory: anybody may send it."""
    return _parse_address(hop.strip()) if len(hop) < _MAX_HOP_LENGTH else None


@lru_cache(maxsize=1024)
def _parse_address(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
