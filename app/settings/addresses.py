"""Reads the addresses in settings: where the server listens, its public names, the services that it calls.

An impossible address is refused here, in French. app/server/preflight.py decides whether it is safe in a real
installation.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from app.settings.values import BadSettingError, split_list

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
ESCAPES = "dans un mot de passe, @ : / ? # et % s’écrivent %40 %3A %2F %3F %23 et %25"
_HOST = "écrivez une adresse (127.0.0.1, ::1) ou un nom de machine, sans http://, port, crochets ni accent."
_HOSTS = "écrivez des noms séparés par des virgules (a.exemple.fr, b.exemple.fr), sans https://, port ni accent."
_NETWORKS = (
    "écrivez des adresses ou des réseaux séparés par des virgules (127.0.0.1, 10.0.0.0/8) ; un réseau s’écrit par sa "
    "première adresse."
)


def is_host(name: str) -> bool:
    """True for an IP address, or an ASCII host name whose last label is not a number (« 256.1.1.1 » is no name)."""
    try:
        return bool(ip_address(name)) and "%" not in name
    except ValueError:
        named = re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", name, re.IGNORECASE | re.ASCII)
        return bool(named) and len(name) <= 253 and not name.rpartition(".")[2].isdigit()


def is_every_address(name: str) -> bool:
    """True for 0.0.0.0 and ::, where a server answers on every address of the machine."""
    with suppress(ValueError):
        return ip_address(name).is_unspecified
    return False


def is_loopback(name: str) -> bool:
    """True for a name or an address of this machine, with or without brackets."""
    if name == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def read_host(text: str) -> str:
    if not is_host(text):
        raise BadSettingError(_HOST)
    return text


def read_host_names(text: str) -> frozenset[str]:
    """In the form of the Host header: lower case, with brackets around IPv6 addresses."""
    names = frozenset(one.lower() for one in split_list(text))
    if not all(is_host(name[1:-1] if name[:1] + name[-1:] == "[]" and ":" in name else name) for name in names):
        raise BadSettingError(_HOSTS)
    return names


def read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one) for one in split_list(text))
    except ValueError:
        raise BadSettingError(_NETWORKS) from None


Reader = Callable[[str], str]


def build_url_reader(
    *schemes: str, written: str, password: bool = False, path: bool = False, query: bool = False
) -> Reader:
    """written: the form that the error message shows. password, path, query: whether the URL may have one."""

    def reader(text: str) -> str:
        parts = _split_url(text)
        allowed = parts and (password or "@" not in parts.netloc) and (path or parts.path in {"", "/"})
        if not parts or not allowed or parts.scheme not in schemes or ("?" in text and not query):
            raise BadSettingError(f"écrivez {written}{f' ; {ESCAPES}' if password else ''}.")
        return text

    return reader


def _split_url(text: str) -> SplitResult | None:
    """None unless the URL has a scheme in lower case, a host, a valid port or none, and no fragment."""
    try:
        parts = urlsplit(text)
        right = parts.port != 0 and text.startswith(f"{parts.scheme}://") and is_host(parts.hostname or "")
    except ValueError:
        return None
    plain = re.fullmatch(r"[!-~]+", text) and "#" not in text and text.count("@") < 2
    return parts if right and plain else None


read_clamd_url = build_url_reader("tcp", written="tcp://hôte:3310, l’adresse de clamd")
read_smtp_url = build_url_reader(
    *("smtp", "smtps", "smtp+starttls"),
    written="smtps://utilisateur:secret@hôte:465, ou de même smtp+starttls:// ou smtp://",
    password=True,
)
read_imap_url = build_url_reader(
    *("imap", "imaps"),
    written="imaps://utilisateur:secret@hôte:993/dossier, ou de même imap:// sur cette machine",
    password=True,
    path=True,
)
read_sms_url = build_url_reader(
    "http", "https", written="https://hôte/chemin, l’adresse du prestataire", path=True, query=True
)
read_source_url = build_url_reader(
    *("http", "https"),
    written="https://forge.exemple.fr/aplus, une page ouverte à tous, sans nom d’utilisateur ni mot de passe",
    path=True,
    query=True,
)
read_issuer = build_url_reader(
    "http", "https", written="https://domaine/chemin, comme son document de découverte l’écrit", path=True
)
_OWN = "https://nom.exemple.fr, sans rien après le nom, sauf un port s’il le faut ; un nom accentué s’écrit xn--…"
_read_own_url = build_url_reader("http", "https", written=_OWN)


def read_public_url(text: str) -> str:
    """In the form of the Origin header: lower case, without the scheme’s default port."""
    parts = urlsplit(_read_own_url(text))
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme]).removesuffix(':')}"


def read_stylesheet(text: str) -> str:
    if not re.fullmatch(r"/[a-zA-Z0-9._~%-][a-zA-Z0-9._~%/?=&-]*", text):
        raise BadSettingError(
            "écrivez un chemin de ce site, par exemple /theme.css : le navigateur refuse une feuille venue d’ailleurs."
        )
    return text
