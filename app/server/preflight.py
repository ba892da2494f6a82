"""Checks the settings of an installation before it starts. Each error is one line that says what to write instead.

Source: security.md T59, 1.1 (V13).
"""

import re
import sys
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, unquote, urlsplit

from app.domain.accounts.address import parse_domain, parse_stored_address
from app.gateways.files import confinement
from app.settings import Settings, is_loopback, settings
from app.settings.database import POSTGRES
from db.private_files import is_open_to_others

MIN_SECRET_LENGTH = 32
_MIN_DISTINCT_CHARACTERS = 10
_ALL_NETWORKS = (ip_network("0.0.0.0/0"), ip_network("::/0"))
PUBLIC_URL_NOT_HTTPS = (
    "PUBLIC_URL : l’adresse doit commencer par https:// ; en clair, chacun sur la ligne lirait les sessions."
)
MISSING_SHARED_KEY = "SECRET_KEY : avec PostgreSQL, donnez la même à chaque serveur (openssl rand -hex 32)."
SECRET_KEY_TOO_SHORT = (
    f"SECRET_KEY : il faut au moins {MIN_SECRET_LENGTH} caractères tirés au hasard (openssl rand -hex 32)."
)
ENCRYPTION_KEYS_NOT_SHARED = (
    "ENCRYPTION_KEYS : avec PostgreSQL, donnez les mêmes à chaque serveur, qui lit ce qu’un autre chiffre."
)
SMTP_MISSING = "SMTP_URL : donnez le serveur de mail ; sans lui aucun lien de connexion ne part."
SMTP_NOT_ENCRYPTED = "SMTP_URL : écrivez smtps:// ou smtp+starttls:// ; en clair, chacun lirait les liens de connexion."
BOUNCES_NOT_ENCRYPTED = "BOUNCES_URL : écrivez imaps:// ; en clair, le mot de passe de la boîte se lit sur la ligne."
SENDER_MISSING = "MAIL_FROM : donnez l’adresse de l’expéditeur, sans nom ni accent ; exemple.fr n’est à personne."
SMS_SECRET_TOO_SHORT = (
    f"SMS_ANSWERS_SECRET : il faut au moins {MIN_SECRET_LENGTH} caractères tirés au hasard (openssl rand -hex 32)."
)
SMS_URL_NOT_HTTPS = "SMS_URL : l’adresse du prestataire doit commencer par https:// ; un SMS porte le nom de l’usager."
PROXY_TRUSTS_EVERYONE = (
    "TRUSTED_PROXY : nommez le mandataire ; croire tout le monde laisse chacun choisir son adresse réseau."
)
ISSUER_NOT_HTTPS = "PROCONNECT_ISSUER : l’adresse doit commencer par https:// ; elle dit qui entre."
PROCONNECT_INCOMPLETE = (
    "PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID, PROCONNECT_CLIENT_SECRET : donnez les trois, ou aucun."
)
METRICS_HOST_PUBLIC = (
    "METRICS_HOST : donnez une adresse de la machine ou d’un réseau privé ; les mesures ne sont pas publiques."
)
DATABASE_NOT_ENCRYPTED = (
    "DATABASE_URL : ajoutez ?sslmode=verify-full ; sans lui, la ligne vers la base peut être écoutée."
)
NO_ANTIVIRUS = "CLAMD_URL : aucun antivirus ; chaque pièce jointe porte « non analysé »."
CLAMD_NOT_ENCRYPTED = (
    "CLAMD_URL : les pièces jointes vont en clair à l’antivirus ; qu’il soit sur la machine ou un réseau sûr."
)
SANDBOX_INCOMPLETE = (
    "Pièces jointes : {} n’est pas offert par ce noyau, ou n’est pas permis au service. Le processus qui lit ce que "
    "l’on joint n’est tenu que par le reste (docs/operations.md, « Le processus fermé »)."
)
ENCRYPTION_KEY_IN_VAR = (
    "ENCRYPTION_KEYS : la clé est dans VAR_DIR, à côté de ce qu’elle chiffre : qui emporte ce dossier lit tout. "
    "Donnez-la par ce réglage, gardée ailleurs : docs/operations.md, « Une clé à côté des données »."
)
KEY_BESIDE_DATA = (
    "SECRET_KEY : la clé est dans VAR_DIR, à côté de la base : qui emporte ce dossier signe à la place du serveur. "
    "Donnez-la par ce réglage, gardée ailleurs : docs/operations.md, « Une clé à côté des données »."
)
OPEN_TO_OTHERS = (
    "{} : d’autres comptes de la machine peuvent y entrer ou le lire. S’il ne sert qu’à la plateforme, écrivez : "
    "chmod go= {} ; sinon donnez-lui un dossier à elle seule (VAR_DIR, DATABASE_URL)."
)
SOURCE_URL_MISSING = (
    "SOURCE_URL : l’adresse du code source n’est pas renseignée ; la licence (EUPL 1.2, article 5) vous demande de "
    "l’indiquer à ceux qui se servent du service. /mentions-legales leur dit de vous la demander."
)
DEMO_EXPOSED = (
    "{} : en démonstration (DEMO=1, le réglage par défaut) seuls les noms de cette machine sont permis : 127.0.0.1, "
    "localhost. Écrivez DEMO=0 pour une vraie installation, ou DEMO_PUBLIC=1 pour ouvrir à tous une démonstration "
    "sans rien de réel, où chacun peut devenir administrateur."
)
DEMO_PUBLIC_WARNING = (
    "ATTENTION : démonstration publique (DEMO_PUBLIC=1). Chacun peut y entrer sous n’importe quel compte, celui d’un "
    "administrateur compris, et y lire tous les mails. N’y mettez rien de réel."
)


def find_errors(settings: Settings) -> list[str]:
    """Settings with which a real installation must not start. The lines never quote a value, which may be secret."""
    secret, shared = settings.configured_secret_key, settings.sqlite_file is None
    sender = parse_stored_address(settings.mail_from.lower())
    found = {
        PUBLIC_URL_NOT_HTTPS: not settings.over_https and not _is_local(settings.public_url),
        MISSING_SHARED_KEY: shared and not secret,
        SECRET_KEY_TOO_SHORT: bool(secret) and _is_guessable(secret),
        ENCRYPTION_KEYS_NOT_SHARED: shared and not settings.configured_encryption_keys,
        SMTP_MISSING: not settings.smtp_url,
        SMTP_NOT_ENCRYPTED: settings.smtp_url.startswith("smtp://") and not _is_local(settings.smtp_url),
        BOUNCES_NOT_ENCRYPTED: settings.bounces.url.startswith("imap://") and not _is_local(settings.bounces.url),
        SENDER_MISSING: sender is None or parse_domain(sender) in {"exemple.fr", "example.org", "example.com"},
        SMS_SECRET_TOO_SHORT: bool(settings.sms.answers_secret) and _is_guessable(settings.sms.answers_secret),
        SMS_URL_NOT_HTTPS: not _is_https_or_local(settings.sms.url),
        ISSUER_NOT_HTTPS: not _is_https_or_local(settings.proconnect.issuer),
        PROCONNECT_INCOMPLETE: settings.proconnect.is_partial,
        PROXY_TRUSTS_EVERYONE: any(network in _ALL_NETWORKS for network in settings.trusted_proxies),
        METRICS_HOST_PUBLIC: bool(settings.metrics_port) and not _is_private_address(settings.metrics_host),
    }
    return [line for line, holds in found.items() if holds]


def find_demo_errors(settings: Settings) -> list[str]:
    """A line for a demonstration that other machines reach: its mailbox lets any visitor into any account."""
    if not settings.demo or settings.open_demo:
        return []
    named = {
        "HOST": {settings.host},
        "PUBLIC_URL": {_parse_host(settings.public_url)},
        "OTHER_HOSTS": settings.other_hosts,
    }
    beyond = [name for name, hosts in named.items() if not all(map(is_loopback, hosts))]
    return [DEMO_EXPOSED.format(", ".join(beyond))] if beyond else []


def check_demo_exposure() -> None:
    """Exits with the errors of find_demo_errors, for the commands that make or serve a demonstration."""
    if found := find_demo_errors(settings):
        sys.exit("\n".join(found))


def find_warnings(settings: Settings) -> list[str]:
    """Settings to warn about without stopping: a private network may be enough, and clamd has no TLS."""
    found = {
        DATABASE_NOT_ENCRYPTED: _is_interceptable(settings.database_url),
        NO_ANTIVIRUS: not settings.clamd_url,
        CLAMD_NOT_ENCRYPTED: bool(settings.clamd_url) and not _is_local(settings.clamd_url),
        ENCRYPTION_KEY_IN_VAR: not settings.configured_encryption_keys,
        KEY_BESIDE_DATA: not settings.configured_secret_key,
        SOURCE_URL_MISSING: not settings.source_url,
    }
    return [*(line for line, holds in found.items() if holds), *_find_open_folders(settings)]


def _find_open_folders(settings: Settings) -> list[str]:
    """Folders and files that could not be made private (db/private_files.py): of another account, or shared."""
    places = [settings.var_folder, *([settings.sqlite_file] if settings.sqlite_file else [])]
    return [OPEN_TO_OTHERS.format(place, place) for place in places if is_open_to_others(place)]


def find_kernel_warnings() -> list[str]:
    """One line for each protection that the kernel lacks. It does not stop the start. Source: security.md 0.5."""
    return [SANDBOX_INCOMPLETE.format(name) for name in confinement.list_missing_features()]


def _is_https_or_local(url: str) -> bool:
    """True when the URL is empty: nothing is sent then."""
    return not url or url.startswith("https://") or _is_local(url)


def _is_interceptable(database_url: str) -> bool:
    """PostgreSQL on another machine whose certificate is not checked. A host that is a folder is a local socket."""
    if not database_url.startswith(POSTGRES):
        return False
    parts = urlsplit(database_url)
    options = dict(parse_qsl(parts.query))
    named = (parts.netloc.rpartition("@")[2] or options.get("host", "")).split(",")
    hosts = [unquote(re.sub(r":\d+$", "", one)) for one in named]
    elsewhere = [host for host in hosts if host and not host.startswith("/") and not is_loopback(host)]
    return bool(elsewhere) and options.get("sslmode") != "verify-full"


def _is_local(url: str) -> bool:
    return is_loopback(_parse_host(url))


def _parse_host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_private_address(host: str) -> bool:
    """An address of this machine or of a private network. 0.0.0.0 is every address, and a name may be any."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def _is_guessable(secret: str) -> bool:
    return len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < _MIN_DISTINCT_CHARACTERS
