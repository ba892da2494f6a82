"""What an operator may choose: every environment variable, typed, read once.

Those that cannot be used are refused in French, all at once, before anything is written.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from app.settings import addresses, database, values
from app.settings.addresses import is_every_address, is_loopback
from app.settings.fields import Chosen, group, setting
from app.settings.groups import Operator, ProConnect, Sms
from app.settings.keys import Key, kept_keys, kept_secret, keys, listed_keys
from app.settings.values import BadSettingError, read

ROOT = Path(__file__).resolve().parents[2]
OWN_NAMES = (
    *("*.sqlite", "*.sqlite-wal", "*.sqlite-shm", "pieces", "courrier", "secret.key", "encryption.key", "seed.lock"),
    *("restauration.tmp", "sauvegarde.tmp", "sauvegarde-*.vide", "*.sauvegarde", "*.partiel", "lost+found"),
)
"""All that is ours in the var folder; what else lies in a folder says that it serves others too."""


@dataclass(frozen=True)
class Settings(Chosen):
    """What an operator may choose. docs/operations.md lists each with its effect."""

    host: str = setting("HOST", addresses.host, "127.0.0.1")
    port: int = setting("PORT", values.number(1, 65_535), "8000")
    public_url: str = setting("PUBLIC_URL", addresses.public_url)
    other_hosts: frozenset[str] = setting("OTHER_HOSTS", addresses.host_names, empty=frozenset())
    given_secret: str = setting("SECRET_KEY", values.words(1_000), secret=True)
    given_keys: str = setting("ENCRYPTION_KEYS", listed_keys, secret=True)
    var_folder: Path = setting("VAR_DIR", values.folder, str(ROOT / "var"))
    database_url: str = setting("DATABASE_URL", database.database_url, secret=True)
    demo: bool = setting("DEMO", values.switch, "1")
    open_demo: bool = setting("DEMO_PUBLIC", values.switch, "0")
    smtp_url: str = setting("SMTP_URL", addresses.smtp_url, secret=True)
    sms: Sms = group(Sms)
    proconnect: ProConnect = group(ProConnect)
    mail_connections: int = setting("MAIL_CONNECTIONS", values.number(1, 50), "1")
    clamd_url: str = setting("CLAMD_URL", addresses.clamd_url)
    mail_from: str = setting("MAIL_FROM", values.mail_address, "ne-pas-repondre@exemple.fr")
    mandate_template: Path | None = setting("MANDATE_TEMPLATE", values.file, empty=None)
    brand: str = setting("BRAND_NAME", values.words(60), "Administration+")
    theme_css: str = setting("THEME_CSS", addresses.stylesheet)
    contact_address: str = setting("CONTACT_ADDRESS", values.mail_address, "contact@aplus.beta.gouv.fr")
    source_url: str = setting("SOURCE_URL", addresses.source_url)
    security_contact: str = setting("SECURITY_CONTACT", values.mail_address)
    backup_key: str = setting("BACKUP_KEY", values.long_secret(32, "openssl rand -base64 32"), secret=True)
    log_level: str = setting("LOG_LEVEL", values.level)
    metrics_host: str = setting("METRICS_HOST", addresses.host, "127.0.0.1")
    workers: int = setting("WORKERS", values.number(1, 64), "1")
    given_socket: int = setting("SOCKET", values.inherited_socket, "0")
    metrics_port: int = setting("METRICS_PORT", values.number(0, 65_535), "0")
    maintenance: bool = setting("MAINTENANCE", values.switch, "0")
    operator: Operator = group(Operator)
    most_streams: int = setting("MOST_STREAMS", values.number(0, 100_000), "5000")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = setting("TRUSTED_PROXY", addresses.networks, empty=())

    def __post_init__(self) -> None:
        """What follows from other settings where it is not given."""
        super().__post_init__()
        host = f"[{self.host}]" if ":" in self.host else self.host
        follows = {
            "public_url": f"http://{host}:{self.port}",
            "database_url": f"sqlite:///{self.var_folder / 'aplus.sqlite'}",
            "security_contact": self.contact_address,
        }
        for name in (name for name in follows if not getattr(self, name)):
            object.__setattr__(self, name, follows[name])
        read("DATABASE_URL", self.database_url, database.database_url)
        self._require_ports_apart()

    def _require_ports_apart(self) -> None:
        """Each process measures on a port of its own, from METRICS_PORT on: none is past the last, or that of pages."""
        last = self.metrics_port + self.workers - 1
        same_place = (
            self.metrics_host == self.host or is_every_address(self.host) or is_every_address(self.metrics_host)
        )
        taken = same_place and self.metrics_port <= self.port <= last
        if self.metrics_port and (last > 65_535 or taken):
            raise BadSettingError(
                "METRICS_PORT : il faut un port par processus (WORKERS) à partir de celui-ci, 65535 au plus, et aucun "
                "qui soit PORT ; choisissez-en un autre, par exemple 9100."
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
        own = re.sub(r":\d+$", "", urlsplit(self.public_url).netloc)
        loopback = {"127.0.0.1", "localhost", "[::1]"} if self.on_loopback or self.demo else set()
        named = self.other_hosts | {own}
        private = self.demo and not self.open_demo
        return frozenset(loopback | (set(filter(is_loopback, named)) if private else named))

    @property
    def on_show(self) -> bool:
        """Whether the demonstration's mailbox, telephone and gallery are served: app/routes/guards.py says to whom."""
        return self.demo and (self.on_loopback or self.open_demo)

    @property
    def sqlite_file(self) -> Path | None:
        """None with PostgreSQL."""
        return database.sqlite_path(self.database_url)

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
        """SECRET_KEY, or 32 random bytes kept in the var folder: sessions and links outlive a restart.

        Raises BadSettingError.
        """
        return self.given_secret.encode() or kept_secret(self.var_folder / "secret.key")

    @cached_property
    def encryption_keys(self) -> tuple[Key, ...]:
        """ENCRYPTION_KEYS, the current one first, or one kept in the var folder. Raises BadSettingError."""
        return keys(self.given_keys) if self.given_keys else kept_keys(self.var_folder / "encryption.key")
