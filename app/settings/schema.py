"""The settings: every environment variable, typed and read once.

Values that cannot be used are refused in French, all at once, before anything is written.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from app.settings import addresses, database, values
from app.settings.addresses import is_every_address, is_loopback
from app.settings.fields import SettingsGroup, define_group, define_setting
from app.settings.groups import BounceSettings, OperatorSettings, ProConnectSettings, SmsSettings
from app.settings.keys import Key, check_keys, load_or_make_keys, load_or_make_secret, parse_keys
from app.settings.values import BadSettingError, read_setting

ROOT = Path(__file__).resolve().parents[2]
OWN_FILE_PATTERNS = (
    *("*.sqlite", "*.sqlite-wal", "*.sqlite-shm", "pieces", "courrier", "secret.key", "encryption.key", "seed.lock"),
    *("restauration.tmp", "sauvegarde.tmp", "sauvegarde-*.vide", "*.sauvegarde", "*.partiel", "lost+found"),
)
"""Our files in the var folder. A folder with other files is used by others too."""


@dataclass(frozen=True)
class Settings(SettingsGroup):
    """docs/operations.md lists each setting with its effect."""

    host: str = define_setting("HOST", addresses.read_host, "127.0.0.1")
    port: int = define_setting("PORT", values.build_number_reader(1, 65_535), "8000")
    public_url: str = define_setting("PUBLIC_URL", addresses.read_public_url)
    other_hosts: frozenset[str] = define_setting("OTHER_HOSTS", addresses.read_host_names, empty=frozenset())
    configured_secret_key: str = define_setting("SECRET_KEY", values.build_text_reader(1_000), secret=True)
    configured_encryption_keys: str = define_setting("ENCRYPTION_KEYS", check_keys, secret=True)
    var_folder: Path = define_setting("VAR_DIR", values.read_folder, str(ROOT / "var"))
    database_url: str = define_setting("DATABASE_URL", database.read_database_url, secret=True)
    demo: bool = define_setting("DEMO", values.read_switch, "1")
    open_demo: bool = define_setting("DEMO_PUBLIC", values.read_switch, "0")
    smtp_url: str = define_setting("SMTP_URL", addresses.read_smtp_url, secret=True)
    bounces: BounceSettings = define_group(BounceSettings)
    sms: SmsSettings = define_group(SmsSettings)
    proconnect: ProConnectSettings = define_group(ProConnectSettings)
    mail_connections: int = define_setting("MAIL_CONNECTIONS", values.build_number_reader(1, 50), "1")
    clamd_url: str = define_setting("CLAMD_URL", addresses.read_clamd_url)
    mail_from: str = define_setting("MAIL_FROM", values.read_email_address, "ne-pas-repondre@exemple.fr")
    mandate_template: Path | None = define_setting("MANDATE_TEMPLATE", values.read_file_path, empty=None)
    brand: str = define_setting("BRAND_NAME", values.build_text_reader(60), "Administration+")
    theme_css: str = define_setting("THEME_CSS", addresses.read_stylesheet)
    contact_address: str = define_setting("CONTACT_ADDRESS", values.read_email_address, "contact@aplus.beta.gouv.fr")
    source_url: str = define_setting("SOURCE_URL", addresses.read_source_url)
    security_contact: str = define_setting("SECURITY_CONTACT", values.read_email_address)
    backup_key: str = define_setting(
        "BACKUP_KEY", values.build_secret_reader(32, "openssl rand -base64 32"), secret=True
    )
    log_level: str = define_setting("LOG_LEVEL", values.read_log_level)
    metrics_host: str = define_setting("METRICS_HOST", addresses.read_host, "127.0.0.1")
    workers: int = define_setting("WORKERS", values.build_number_reader(1, 64), "1")
    inherited_socket: int = define_setting("SOCKET", values.read_inherited_socket, "0")
    metrics_port: int = define_setting("METRICS_PORT", values.build_number_reader(0, 65_535), "0")
    maintenance: bool = define_setting("MAINTENANCE", values.read_switch, "0")
    operator: OperatorSettings = define_group(OperatorSettings)
    max_streams: int = define_setting("MOST_STREAMS", values.build_number_reader(0, 100_000), "5000")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = define_setting(
        "TRUSTED_PROXY", addresses.read_networks, empty=()
    )

    def __post_init__(self) -> None:
        """Derives the settings that are not given from others."""
        super().__post_init__()
        host = f"[{self.host}]" if ":" in self.host else self.host
        follows = {
            "public_url": f"http://{host}:{self.port}",
            "database_url": f"sqlite:///{self.var_folder / 'aplus.sqlite'}",
            "security_contact": self.contact_address,
        }
        for name in (name for name in follows if not getattr(self, name)):
            object.__setattr__(self, name, follows[name])
        read_setting("DATABASE_URL", self.database_url, database.read_database_url)
        self._require_ports_apart()

    def _require_ports_apart(self) -> None:
        """Each process has its own metrics port, from METRICS_PORT on. None may be above 65535 or equal to PORT."""
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
        """A demonstration that is reachable from other machines: each visitor may log in as an administrator."""
        return self.demo and self.open_demo

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The host names that are answered, in lower case and without port; on loopback, the machine’s own names too.

        A demonstration answers to the machine’s own names only, unless DEMO_PUBLIC=1.
        """
        own = re.sub(r":\d+$", "", urlsplit(self.public_url).netloc)
        loopback = {"127.0.0.1", "localhost", "[::1]"} if self.on_loopback or self.demo else set()
        named = self.other_hosts | {own}
        private = self.demo and not self.open_demo
        return frozenset(loopback | (set(filter(is_loopback, named)) if private else named))

    @property
    def serves_demo_pages(self) -> bool:
        """Whether the demonstration’s mailbox, phone and gallery are served. app/routes/guards.py decides to whom."""
        return self.demo and (self.on_loopback or self.open_demo)

    @property
    def sqlite_file(self) -> Path | None:
        return database.parse_sqlite_path(self.database_url)

    @property
    def folders(self) -> list[Path]:
        """The folders of our files: the var folder and the SQLite database’s."""
        return list(dict.fromkeys([self.var_folder, *([self.sqlite_file.parent] if self.sqlite_file else [])]))

    @property
    def has_demo_mailbox(self) -> bool:
        """Whether emails go to a page of the demonstration. With SMTP_URL they are really sent."""
        return self.serves_demo_pages and not self.smtp_url

    @property
    def can_send_sms(self) -> bool:
        """Whether a mandate can be asked for by SMS: through a provider or the demonstration’s phone."""
        return bool(self.sms.url) or self.serves_demo_pages

    @cached_property
    def secret_key(self) -> bytes:
        """SECRET_KEY, or 32 random bytes stored in the var folder, so that sessions and links survive a restart.

        Raises BadSettingError.
        """
        return self.configured_secret_key.encode() or load_or_make_secret(self.var_folder / "secret.key")

    @cached_property
    def encryption_keys(self) -> tuple[Key, ...]:
        """ENCRYPTION_KEYS, the current key first, or one key stored in the var folder. Raises BadSettingError."""
        return (
            parse_keys(self.configured_encryption_keys)
            if self.configured_encryption_keys
            else load_or_make_keys(self.var_folder / "encryption.key")
        )
