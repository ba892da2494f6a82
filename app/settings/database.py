"""Reads DATABASE_URL: a SQLite file that this account may write, or a PostgreSQL server."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from app.settings.addresses import ESCAPES, is_host
from app.settings.values import BadSettingError, require_folder

POSTGRES = ("postgresql://", "postgres://")
_SQLITE = "sqlite:///"
_DATABASE = (
    "écrivez sqlite:///fichier (quatre barres pour un chemin complet : sqlite:////srv/aplus.sqlite) ou "
    f"postgresql://utilisateur:secret@hôte/base, en minuscules jusqu’aux barres ; {ESCAPES}."
)
_OPTIONS = (
    "après le ?, écrivez des options de PostgreSQL, chacune nom=valeur, par exemple sslmode=verify-full "
    "(disable, allow, prefer, require, verify-ca, verify-full)."
)
_NOT_SQLITE = "ce n’est pas une base SQLite ; écrivez-en une autre."
_NO_ACCESS = (
    "le compte qui démarre n’a pas le droit de lire et d’écrire cette base (sans ce réglage : VAR_DIR/aplus.sqlite) ; "
    "donnez-le-lui, ou écrivez-en une autre."
)
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_KNOWN_OPTIONS = {
    *("host", "port", "user", "password", "dbname", "passfile", "service", "application_name", "options"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword", "target_session_attrs"),
    *("ssl_min_protocol_version", "ssl_max_protocol_version", "sslnegotiation", "krbsrvname", "gsslib"),
}
"""Options of libpq, which pg_dump uses. An unknown name is sent to the server by asyncpg, and refused."""


def read_database_url(text: str) -> str:
    """Accepts sqlite:///file, postgresql:// and postgres://, as asyncpg and PostgreSQL’s tools do."""
    path = parse_sqlite_path(text)
    if path is not None:
        _require_file(text.removeprefix(_SQLITE), path)
    elif text.startswith(POSTGRES):
        _require_server(text)
    else:
        raise BadSettingError(_DATABASE)
    return text


def parse_sqlite_path(address: str) -> Path | None:
    return Path(address.removeprefix(_SQLITE)) if address.startswith(_SQLITE) else None


def _require_file(written: str, path: Path) -> None:
    if written != written.strip() or written.startswith((":", "file:")) or re.search(r"[?#]|/$|^$", written):
        raise BadSettingError(_DATABASE)
    _require_database(path)
    require_folder(path.parent)


@cache
def _require_database(path: Path) -> None:
    """Accepts a SQLite file that can be read and written, an empty file, or an absent one. Raises BadSettingError.

    The result is cached: closing the file later would release the locks that our connections hold on it
    (db/private_files.py).
    """
    try:
        with path.open("r+b") as opened:
            ours = opened.read(16) in {b"", b"SQLite format 3\0"}
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as failure:
        raise BadSettingError(_NO_ACCESS if isinstance(failure, PermissionError) else _NOT_SQLITE) from None
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
    """True for « hôte:port », or the folder of a socket (« %2Frun%2Fpostgresql »)."""
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
