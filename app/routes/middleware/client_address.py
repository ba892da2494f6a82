"""The network address of a client. X-Forwarded-For is read only from a trusted proxy.

Rate limits count its HMAC (app/domain/authentication/login_rate_limit.py). The audit log has its network only.
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
"""Headers that proxies add, and browsers or command-line clients do not. Their values are not read. « _ » counts as « -
», since some proxies write one for the other.
"""
Connection = ASGIConnection[Any, Any, Any, Any]
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48
"""Bits of the network. A home or an office gets at most a /48 of IPv6 (RFC 6177), which is 65,536 networks of /64."""
_MAX_HOP_LENGTH = 100
"""Characters of an IPv6 address with the name of a network card, and blanks."""


def read_client_network(connection: Connection) -> str:
    """« 203.0.113.7 », or the /48 of an IPv6 address: one person may have all the addresses of it."""
    found = _read_client_address(connection)
    return _format_network(found, _IPV6_PREFIX) if isinstance(found, IPv6Address) else str(found or "")


def read_office_network(connection: Connection) -> str:
    """« 203.0.113.0/24 », or the /48 of an IPv6 address: it shows the office, not the desk or the home."""
    return _format_office(_read_client_address(connection))


@lru_cache(maxsize=1024)
def _format_office(found: IPv4Address | IPv6Address | None) -> str:
    if found is None:
        return ""
    return _format_network(found, _IPV6_PREFIX if isinstance(found, IPv6Address) else _IPV4_PREFIX)


def is_local_client(connection: Connection) -> bool:
    """True for a program of this machine: the socket is a loopback one, and no proxy has left a sign.

    HTTP/1.0 is a sign: nginx before 1.29.7 uses it by default and adds no header. A proxy that adds nothing and uses
    HTTP/1.1 is not detected (docs/security.md).
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
    """From the nearest hop back, the first one that is not a trusted proxy. Hops beyond it could be forged."""
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
    """A longer text is not parsed: the cache would keep it, and any client can send it."""
    return _parse_address(hop.strip()) if len(hop) < _MAX_HOP_LENGTH else None


@lru_cache(maxsize=1024)
def _parse_address(hop: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(hop)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
