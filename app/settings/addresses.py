"""What an address in a setting may be: where we listen, where we are, whom we call, which database is ours.

An address that cannot be is refused here, in French; whether it is safe in a real installation, app/server/preflight.py
says.
"""

import re
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from app.settings.values import BadSettingError, listed, require_place

POSTGRES = ("postgresql://", "postgres://")
_SQLITE = "sqlite:///"
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ESCAPES = "dans un mot de passe, @ : / ? # et % s’écrivent %40 %3A %2F %3F %23 et %25"
_HOST = "écrivez une adresse (127.0.0.1, ::1) ou un nom de machine, sans http://, port, crochets ni accent."
_HOSTS = "écrivez des noms séparés par des virgules (a.exemple.fr, b.exemple.fr), sans https://, port ni accent."
_NETWORKS = (
    "écrivez des adresses ou des réseaux séparés par des virgules (127.0.0.1, 10.0.0.0/8) ; un réseau s’écrit par sa "
    "première adresse."
)
_DATABASE = (
    "écrivez sqlite:///fichier (quatre barres pour un chemin complet : sqlite:////srv/aplus.sqlite) ou "
    f"postgresql://utilisateur:secret@hôte/base, en minuscules jusqu’aux barres ; {_ESCAPES}."
)
_OPTIONS = (
    "après le ?, écrivez des options de PostgreSQL, chacune nom=valeur, par exemple sslmode=verify-full "
    "(disable, allow, prefer, require, verify-ca, verify-full)."
)
_NOT_SQLITE = "ce n’est pas une base SQLite ; écrivez-en une autre."
_CLOSED = (
    "le compte qui démarre n’a pas le droit de lire et d’écrire cette base (sans ce réglage : VAR_DIR/aplus.sqlite) ; "
    "donnez-le-lui, ou écrivez-en une autre."
)
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_KNOWN_OPTIONS = {
    *("host", "port", "user", "password", "dbname", "passfile", "service", "application_name", "options"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword", "target_session_attrs"),
    *("ssl_min_protocol_version", "ssl_max_protocol_version", "sslnegotiation", "krbsrvname", "gsslib"),
}
"""Of libpq, which pg_dump uses. asyncpg sends another name (« sslmod ») to the server, which refuses the connection."""


def is_host(name: str) -> bool:
    """An IP address, or a name of machine in ASCII, whose last label is no number (« 256.1.1.1 » is no name)."""
    try:
        return bool(ip_address(name)) and "%" not in name
    except ValueError:
        named = re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", name, re.IGNORECASE | re.ASCII)
        return bool(named) and len(name) <= 253 and not name.rpartition(".")[2].isdigit()


def host(text: str) -> str:
    if not is_host(text):
        raise BadSettingError(_HOST)
    return text


def host_names(text: str) -> frozenset[str]:
    """As the header Host has them, in lower case: an IPv6 address has its brackets."""
    names = frozenset(one.lower() for one in listed(text))
    if not all(is_host(name[1:-1] if name[:1] + name[-1:] == "[]" and ":" in name else name) for name in names):
        raise BadSettingError(_HOSTS)
    return names


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one) for one in listed(text))
    except ValueError:
        raise BadSettingError(_NETWORKS) from None


Reader = Callable[[str], str]


def url(*schemes: str, written: str, password: bool = False, path: bool = False, query: bool = False) -> Reader:
    """written: the form to follow. password, path, query: whether it may have one."""

    def reader(text: str) -> str:
        parts = _split(text)
        allowed = parts and (password or "@" not in parts.netloc) and (path or parts.path in {"", "/"})
        if not parts or not allowed or parts.scheme not in schemes or ("?" in text and not query):
            raise BadSettingError(f"écrivez {written}{f' ; {_ESCAPES}' if password else ''}.")
        return text

    return reader


def _split(text: str) -> SplitResult | None:
    """None unless it has a scheme in lower case, a host, no port or one that can be, and nothing after a #."""
    try:
        parts = urlsplit(text)
        right = parts.port != 0 and text.startswith(f"{parts.scheme}://") and is_host(parts.hostname or "")
    except ValueError:
        return None
    plain = re.fullmatch(r"[!-~]+", text) and "#" not in text and text.count("@") < 2
    return parts if right and plain else None


clamd_url = url("tcp", written="tcp://hôte:3310, l’adresse de clamd")
smtp_url = url(
    *("smtp", "smtps", "smtp+starttls"),
    written="smtps://utilisateur:secret@hôte:465, ou de même smtp+starttls:// ou smtp://",
    password=True,
)
sms_url = url("http", "https", written="https://hôte/chemin, l’adresse du prestataire", path=True, query=True)
source_url = url(
    *("http", "https"),
    written="https://forge.exemple.fr/aplus, une page ouverte à tous, sans nom d’utilisateur ni mot de passe",
    path=True,
    query=True,
)
issuer = url("http", "https", written="https://domaine/chemin, comme son document de découverte l’écrit", path=True)
_OWN = "https://nom.exemple.fr, sans rien après le nom, sauf un port s’il le faut ; un nom accentué s’écrit xn--…"
_own_address = url("http", "https", written=_OWN)


def public_url(text: str) -> str:
    """As browsers write it in the header Origin: lower case, without the scheme's own port."""
    parts = urlsplit(_own_address(text))
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme]).removesuffix(':')}"


def stylesheet(text: str) -> str:
    if not re.fullmatch(r"/[a-zA-Z0-9._~%-][a-zA-Z0-9._~%/?=&-]*", text):
        raise BadSettingError(
            "écrivez un chemin de ce site, par exemple /theme.css : le navigateur refuse une feuille venue d’ailleurs."
        )
    return text


def database_url(text: str) -> str:
    """sqlite:///file, postgresql:// or postgres://, as asyncpg and PostgreSQL's own tools read them."""
    path = sqlite_path(text)
    if path is not None:
        _require_file(text.removeprefix(_SQLITE), path)
    elif text.startswith(POSTGRES):
        _require_server(text)
    else:
        raise BadSettingError(_DATABASE)
    return text


def sqlite_path(address: str) -> Path | None:
    """None with PostgreSQL."""
    return Path(address.removeprefix(_SQLITE)) if address.startswith(_SQLITE) else None


def _require_file(written: str, path: Path) -> None:
    if written != written.strip() or written.startswith((":", "file:")) or re.search(r"[?#]|/$|^$", written):
        raise BadSettingError(_DATABASE)
    _require_base(path)
    require_place(path.parent)


@cache
def _require_base(path: Path) -> None:
    """A SQLite file that we may read and write, an empty one, or none yet: it will be made. Raises BadSettingError.

    Read once: to close the file later would end the locks that our connections hold on it (db/private_files.py).
    """
    try:
        with path.open("r+b") as opened:
            ours = opened.read(16) in {b"", b"SQLite format 3\0"}
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as failure:
        raise BadSettingError(_CLOSED if isinstance(failure, PermissionError) else _NOT_SQLITE) from None
    if not ours:
        raise BadSettingError(_NOT_SQLITE)


def _require_server(text: str) -> None:
    try:
        parts = urlsplit(text)
        options = parse_qsl(parts.query, strict_parsing=True) if "?" in text else []
    except ValueError:
        raise BadSettingError(_OPTIONS if "?" in text else _DATABASE) from None
    hosts = parts.netloc.rpartition("@")[2]
    named = all(map(_is_server, hosts.split(","))) if hosts else parts.path or parts.query
    if not named or "#" in text or " " in text or parts.netloc.count("@") > 1:
        raise BadSettingError(_DATABASE)
    if not all(_is_option(name, value) for name, value in options):
        raise BadSettingError(_OPTIONS)


def _is_server(written: str) -> bool:
    """« hôte:port », or the folder of a socket (« %2Frun%2Fpostgresql »)."""
    found = re.fullmatch(r"(\[[^\[\]]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?", written)
    name = unquote(found[1]) if found else ""
    port_fits = not found or not found[2] or 0 < int(found[2]) < 65_536
    return port_fits and (name.startswith("/") or is_host(name.strip("[]")))


def _is_option(name: str, value: str) -> bool:
    if name == "sslmode":
        return value in _SSL_MODES
    if name == "port":
        return all(re.fullmatch(r"[0-9]{1,5}", one) and 0 < int(one) < 65_536 for one in value.split(","))
    return name in _KNOWN_OPTIONS
