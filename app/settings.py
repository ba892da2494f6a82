"""Every environment variable, typed, read once. Nothing else in the project reads os.environ."""

import base64
import os
import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from db.private_files import make_folder

ROOT = Path(__file__).resolve().parent.parent
OWN_NAMES = (
    *("*.sqlite", "*.sqlite-wal", "*.sqlite-shm", "pieces", "courrier", "secret.key", "encryption.key", "seed.lock"),
    *("restauration.tmp", "sauvegarde.tmp", "sauvegarde-*.vide", "*.sauvegarde", "*.partiel", "lost+found"),
)
"""All that is ours in the var folder; what else lies in a folder says that it serves others too."""


def _environment(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def _var_folder() -> Path:
    return Path(_environment("VAR_DIR", str(ROOT / "var")))


def _path(name: str) -> Path | None:
    given = _environment(name, "")
    return Path(given).resolve() if given else None


def _host() -> str:
    return _environment("HOST", "127.0.0.1")


def _own_url() -> str:
    host = f"[{_host()}]" if ":" in _host() else _host()
    return f"http://{host}:{_port()}"


def _port() -> int:
    return int(_environment("PORT", "8000"))


def _names(listed: str) -> frozenset[str]:
    return frozenset(one.strip().lower() for one in listed.split(",") if one.strip())


def _networks(listed: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())


def is_loopback(name: str) -> bool:
    """Whether a host name or an address, with or without brackets, is this machine's own."""
    if name == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


class BadSettingError(ValueError):
    """A setting that cannot be used; the message, in French, names it and says what to write."""


@dataclass(frozen=True)
class Key:
    """id is written beside whatever the key has sealed; secret is 32 random bytes."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Operator:
    """Who runs this installation, for the pages that the law asks for. Empty: the page says that it is."""

    name: str = field(default_factory=lambda: _environment("OPERATOR_NAME", ""))
    address: str = field(default_factory=lambda: _environment("OPERATOR_ADDRESS", ""))
    publication_director: str = field(default_factory=lambda: _environment("PUBLICATION_DIRECTOR", ""))
    hosting: str = field(default_factory=lambda: _environment("HOSTING", ""))
    dpo_address: str = field(default_factory=lambda: _environment("DPO_ADDRESS", ""))


@dataclass(frozen=True)
class Sms:
    """The provider of texts: where to post them, what proves that we may, what proves that an answer is theirs."""

    url: str = field(default_factory=lambda: _environment("SMS_URL", ""))
    token: str = field(default_factory=lambda: _environment("SMS_TOKEN", ""), repr=False)
    sender: str = field(default_factory=lambda: _environment("SMS_FROM", ""))
    answers_secret: str = field(default_factory=lambda: _environment("SMS_ANSWERS_SECRET", ""), repr=False)
    daily_limit: int = field(default_factory=lambda: int(_environment("SMS_DAILY_LIMIT", "40")))


@dataclass(frozen=True)
class ProConnect:
    """The OpenID Connect provider that may vouch for people: ProConnect, or another of the same kind."""

    issuer: str = field(default_factory=lambda: _environment("PROCONNECT_ISSUER", ""))
    client_id: str = field(default_factory=lambda: _environment("PROCONNECT_CLIENT_ID", ""))
    client_secret: str = field(default_factory=lambda: _environment("PROCONNECT_CLIENT_SECRET", ""), repr=False)

    @property
    def offered(self) -> bool:
        return bool(self.issuer and self.client_id and self.client_secret)

    @property
    def is_partial(self) -> bool:
        return not self.offered and bool(self.issuer or self.client_id or self.client_secret)

    @property
    def origin(self) -> str:
        """The one place that we ever call, and send people to."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Settings:
    """What an operator may choose. docs/operations.md lists each with its effect."""

    host: str = field(default_factory=_host)
    port: int = field(default_factory=_port)
    public_url: str = field(default_factory=lambda: _environment("PUBLIC_URL", _own_url()).rstrip("/"))
    other_hosts: frozenset[str] = field(default_factory=lambda: _names(_environment("OTHER_HOSTS", "")))
    given_secret: str = field(default_factory=lambda: _environment("SECRET_KEY", ""), repr=False)
    given_keys: str = field(default_factory=lambda: _environment("ENCRYPTION_KEYS", ""), repr=False)
    database_url: str = field(
        default_factory=lambda: _environment("DATABASE_URL", f"sqlite:///{_var_folder() / 'aplus.sqlite'}"),
        repr=False,
    )
    demo: bool = field(default_factory=lambda: _environment("DEMO", "1") != "0")
    open_demo: bool = field(default_factory=lambda: _environment("DEMO_PUBLIC", "0") == "1")
    var_folder: Path = field(default_factory=_var_folder)
    smtp_url: str = field(default_factory=lambda: _environment("SMTP_URL", ""), repr=False)
    sms: Sms = field(default_factory=Sms)
    proconnect: ProConnect = field(default_factory=ProConnect)
    mail_connections: int = field(default_factory=lambda: int(_environment("MAIL_CONNECTIONS", "1")))
    clamd_url: str = field(default_factory=lambda: _environment("CLAMD_URL", ""))
    mail_from: str = field(default_factory=lambda: _environment("MAIL_FROM", "ne-pas-repondre@exemple.fr"))
    mandate_template: Path | None = field(default_factory=lambda: _path("MANDATE_TEMPLATE"))
    brand: str = field(default_factory=lambda: _environment("BRAND_NAME", "Administration+"))
    theme_css: str = field(default_factory=lambda: _environment("THEME_CSS", ""))
    contact_address: str = field(default_factory=lambda: _environment("CONTACT_ADDRESS", "contact@aplus.beta.gouv.fr"))
    security_contact: str = field(
        default_factory=lambda: _environment(
            "SECURITY_CONTACT", _environment("CONTACT_ADDRESS", "contact@aplus.beta.gouv.fr")
        )
    )
    backup_key: str = field(default_factory=lambda: _environment("BACKUP_KEY", ""), repr=False)
    log_level: str = field(default_factory=lambda: _environment("LOG_LEVEL", "").upper())
    metrics_host: str = field(default_factory=lambda: _environment("METRICS_HOST", "127.0.0.1"))
    workers: int = field(default_factory=lambda: int(_environment("WORKERS", "1")))
    given_socket: int = field(default_factory=lambda: int(_environment("SOCKET", "0")))
    metrics_port: int = field(default_factory=lambda: int(_environment("METRICS_PORT", "0")))

    maintenance: bool = field(default_factory=lambda: _environment("MAINTENANCE", "0") != "0")
    operator: Operator = field(default_factory=Operator)
    most_streams: int = field(default_factory=lambda: int(_environment("MOST_STREAMS", "5000")))
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = field(
        default_factory=lambda: _networks(_environment("TRUSTED_PROXY", ""))
    )

    @property
    def over_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def public_demo(self) -> bool:
        """A demonstration that answers beyond this machine: each visitor may enter as an administrator."""
        return self.demo and self.open_demo

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The names we answer to, in lower case and without port; on the machine itself, its own too.

        A demonstration answers to those of the machine alone, unless DEMO_PUBLIC=1.
        """
        netloc = urlsplit(self.public_url).netloc.lower().rpartition("@")[2]
        own = re.sub(r":\d+$", "", netloc)
        loopback = {"127.0.0.1", "localhost", "[::1]"} if self.on_loopback or self.demo else set()
        named = self.other_hosts | {own}
        private = self.demo and not self.open_demo
        return frozenset(loopback | (set(filter(is_loopback, named)) if private else named))

    @property
    def on_show(self) -> bool:
        """Whether the demonstration's mailbox, telephone and gallery are served: app/routes/access.py says to whom."""
        return self.demo and (self.on_loopback or self.open_demo)

    @property
    def sqlite_file(self) -> Path | None:
        """None with PostgreSQL."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @property
    def folders(self) -> list[Path]:
        """Where our files are: the var folder, and that of the SQLite database."""
        return list(dict.fromkeys([self.var_folder, *([self.sqlite_file.parent] if self.sqlite_file else [])]))

    @property
    def has_mailbox(self) -> bool:
        """Whether letters arrive on a page of the demonstration: with SMTP_URL they leave for real."""
        return self.on_show and not self.smtp_url

    @property
    def texts_leave(self) -> bool:
        """Whether a mandate can be asked for by text: a provider, or the demonstration's telephone."""
        return bool(self.sms.url) or self.on_show

    @cached_property
    def secret_key(self) -> bytes:
        """SECRET_KEY, or 32 random bytes kept in the var folder: sessions and links outlive a restart."""
        given = self.given_secret
        return given.encode() if given else _kept_key(self.var_folder / "secret.key", secrets.token_hex(32))

    @cached_property
    def encryption_keys(self) -> tuple[Key, ...]:
        """ENCRYPTION_KEYS, the current one first, or one kept in the var folder, written as the setting would be.

        Raises BadSettingError.
        """
        made = f"local:{base64.b64encode(secrets.token_bytes(32)).decode()}"
        return _keys(self.given_keys or _kept_key(self.var_folder / "encryption.key", made).decode())


def _keys(listed: str) -> tuple[Key, ...]:
    """« 2027:base64,2026:base64 ». The message never repeats what was given: it is secret."""
    keys = tuple(_key(*one.strip().partition(":")[::2]) for one in listed.split(",") if one.strip())
    if not keys or len({key.id for key in keys}) < len(keys):
        raise BadSettingError("ENCRYPTION_KEYS : donnez à chaque clé un nom à elle.")
    return keys


def _key(key_id: str, encoded: str) -> Key:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError:
        secret = b""
    if not re.fullmatch(r"[a-z0-9-]{1,20}", key_id) or len(secret) != 32:
        raise BadSettingError(
            "ENCRYPTION_KEYS : chaque clé s’écrit « nom:base64 » : un nom en minuscules, chiffres et tirets, puis le "
            "base64 de 32 octets tirés au hasard (openssl rand -base64 32)."
        )
    return Key(key_id, secret)


def _kept_key(path: Path, made: str) -> bytes:
    """Created with O_EXCL: of two processes that start together, the second reads the first one's key."""
    make_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as kept:
        kept.write(made.encode())
    return path.read_bytes()


settings = Settings()
