"""What an installation must not start with: one line each, that says what to write instead.

Source: security.md T59, 1.1 (V13).
"""

import asyncio
import re
import sys
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, unquote, urlsplit

from app.domain.accounts.address import domain_of, mailbox_at
from app.gateways.files import confinement
from app.settings import Settings, is_loopback, settings
from app.settings.database import POSTGRES
from app.settings.values import BadSettingError
from db.engine import current_engine
from db.pending import pending_migrations
from db.postgres_engine import NO_ANSWER
from db.private_files import is_open_to_others

SHORTEST_SECRET = 32
_FEWEST_LETTERS = 10
_EVERYBODY = (ip_network("0.0.0.0/0"), ip_network("::/0"))
HTTPS = "PUBLIC_URL : l’adresse doit commencer par https:// ; en clair, chacun sur la ligne lirait les sessions."
SHARED = "SECRET_KEY : avec PostgreSQL, donnez la même à chaque serveur (openssl rand -hex 32)."
LONG = f"SECRET_KEY : il faut au moins {SHORTEST_SECRET} caractères tirés au hasard (openssl rand -hex 32)."
SHARED_KEYS = "ENCRYPTION_KEYS : avec PostgreSQL, donnez les mêmes à chaque serveur, qui lit ce qu’un autre chiffre."
MAIL = "SMTP_URL : donnez le serveur de mail ; sans lui aucun lien de connexion ne part."
CLEAR_MAIL = "SMTP_URL : écrivez smtps:// ou smtp+starttls:// ; en clair, chacun lirait les liens de connexion."
SENDER = "MAIL_FROM : donnez l’adresse de l’expéditeur, sans nom ni accent ; exemple.fr n’est à personne."
ANSWERS = f"SMS_ANSWERS_SECRET : il faut au moins {SHORTEST_SECRET} caractères tirés au hasard (openssl rand -hex 32)."
TEXTS = "SMS_URL : l’adresse du prestataire doit commencer par https:// ; un SMS porte le nom de l’usager."
PROXY = "TRUSTED_PROXY : nommez le mandataire ; croire tout le monde laisse chacun choisir son adresse réseau."
ISSUER = "PROCONNECT_ISSUER : l’adresse doit commencer par https:// ; elle dit qui entre."
THREE = "PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID, PROCONNECT_CLIENT_SECRET : donnez les trois, ou aucun."
MEASURES = "METRICS_HOST : donnez une adresse de la machine ou d’un réseau privé ; les mesures ne sont pas publiques."
CLEAR_DATABASE = "DATABASE_URL : ajoutez ?sslmode=verify-full ; sans lui, la ligne vers la base peut être écoutée."
NO_ANTIVIRUS = "CLAMD_URL : aucun antivirus ; chaque pièce jointe porte « non analysé »."
CLEAR_FILES = "CLAMD_URL : les pièces jointes vont en clair à l’antivirus ; qu’il soit sur la machine ou un réseau sûr."
HALF_CLOSED = (
    "Pièces jointes : {} n’est pas offert par ce noyau, ou n’est pas permis au service. Le processus qui lit ce que "
    "l’on joint n’est tenu que par le reste (docs/operations.md, « Le processus fermé »)."
)
KEY_BESIDE = (
    "ENCRYPTION_KEYS : la clé est dans VAR_DIR, à côté de ce qu’elle chiffre : qui emporte ce dossier lit tout. "
    "Donnez-la par ce réglage, gardée ailleurs : docs/operations.md, « Une clé à côté des données »."
)
SIGNING_KEY_BESIDE = (
    "SECRET_KEY : la clé est dans VAR_DIR, à côté de la base : qui emporte ce dossier signe à la place du serveur. "
    "Donnez-la par ce réglage, gardée ailleurs : docs/operations.md, « Une clé à côté des données »."
)
OPEN_TO_OTHERS = (
    "{} : d’autres comptes de la machine peuvent y entrer ou le lire. S’il ne sert qu’à la plateforme, écrivez : "
    "chmod go= {} ; sinon donnez-lui un dossier à elle seule (VAR_DIR, DATABASE_URL)."
)
NO_SOURCE = (
    "SOURCE_URL : l’adresse du code source n’est pas renseignée ; la licence (EUPL 1.2, article 5) vous demande de "
    "l’indiquer à ceux qui se servent du service. /mentions-legales leur dit de vous la demander."
)
BEYOND = (
    "{} : en démonstration (DEMO=1, le réglage par défaut) seuls les noms de cette machine sont permis : 127.0.0.1, "
    "localhost. Écrivez DEMO=0 pour une vraie installation, ou DEMO_PUBLIC=1 pour ouvrir à tous une démonstration "
    "sans rien de réel, où chacun peut devenir administrateur."
)
OPEN_TO_ALL = (
    "ATTENTION : démonstration publique (DEMO_PUBLIC=1). Chacun peut y entrer sous n’importe quel compte, celui d’un "
    "administrateur compris, et y lire tous les mails. N’y mettez rien de réel."
)


def doubts(settings: Settings) -> list[str]:
    """Nothing is repeated of what was given: it may be secret."""
    secret, shared = settings.given_secret, settings.sqlite_file is None
    sender = mailbox_at(settings.mail_from.lower())
    found = {
        HTTPS: not settings.over_https and not _is_local(settings.public_url),
        SHARED: shared and not secret,
        LONG: bool(secret) and _guessable(secret),
        SHARED_KEYS: shared and not settings.given_keys,
        MAIL: not settings.smtp_url,
        CLEAR_MAIL: settings.smtp_url.startswith("smtp://") and not _is_local(settings.smtp_url),
        SENDER: sender is None or domain_of(sender) in {"exemple.fr", "example.org", "example.com"},
        ANSWERS: bool(settings.sms.answers_secret) and _guessable(settings.sms.answers_secret),
        TEXTS: not _is_private(settings.sms.url),
        ISSUER: not _is_private(settings.proconnect.issuer),
        THREE: settings.proconnect.is_partial,
        PROXY: any(network in _EVERYBODY for network in settings.trusted_proxies),
        MEASURES: bool(settings.metrics_port) and not _is_apart(settings.metrics_host),
    }
    return [line for line, holds in found.items() if holds]


def demo_doubts(settings: Settings) -> list[str]:
    """Where a demonstration would answer beyond this machine: who reads its mailbox may enter any account."""
    if not settings.demo or settings.open_demo:
        return []
    named = {
        "HOST": {settings.host},
        "PUBLIC_URL": {_host_of(settings.public_url)},
        "OTHER_HOSTS": settings.other_hosts,
    }
    beyond = [name for name, hosts in named.items() if not all(map(is_loopback, hosts))]
    return [BEYOND.format(", ".join(beyond))] if beyond else []


def refuse_open_demo() -> None:
    """For what makes or serves a demonstration. Exits with what to write instead."""
    if found := demo_doubts(settings):
        sys.exit("\n".join(found))


def warnings(settings: Settings) -> list[str]:
    """What is told at the start and stops nothing: a private line may do, and clamd speaks no TLS."""
    found = {
        CLEAR_DATABASE: _overheard(settings.database_url),
        NO_ANTIVIRUS: not settings.clamd_url,
        CLEAR_FILES: bool(settings.clamd_url) and not _is_local(settings.clamd_url),
        KEY_BESIDE: not settings.given_keys,
        SIGNING_KEY_BESIDE: not settings.given_secret,
        NO_SOURCE: not settings.source_url,
    }
    return [*(line for line, holds in found.items() if holds), *_open_places(settings)]


def _open_places(settings: Settings) -> list[str]:
    """What was not tightened at the start (db/private_files.py): another account's, or one that serves others too."""
    places = [settings.var_folder, *([settings.sqlite_file] if settings.sqlite_file else [])]
    return [OPEN_TO_OTHERS.format(place, place) for place in places if is_open_to_others(place)]


def what_the_kernel_lacks() -> list[str]:
    """One line for each; it stops nothing. Source: security.md 0.5."""
    return [HALF_CLOSED.format(name) for name in confinement.what_is_missing()]


def what_is_pending() -> list[str]:
    """A database that is older than the software, or that does not answer. Raises BadSettingError."""
    try:
        pending = asyncio.run(_pending())
    except BadSettingError:
        raise
    except Exception as failure:
        return [NO_ANSWER.format(type(failure).__name__)]
    return [f"La base attend {len(pending)} migrations : python -m app migrate"] if pending else []


async def _pending() -> frozenset[str]:
    engine = current_engine()
    await engine.start()
    try:
        return await pending_migrations()
    finally:
        await engine.stop()


def _is_private(url: str) -> bool:
    """Nobody on the line reads what goes there; nothing goes to an address that is not given."""
    return not url or url.startswith("https://") or _is_local(url)


def _overheard(database_url: str) -> bool:
    """PostgreSQL on another machine, whose certificate is not checked. A folder is a socket of this one."""
    if not database_url.startswith(POSTGRES):
        return False
    parts = urlsplit(database_url)
    options = dict(parse_qsl(parts.query))
    named = (parts.netloc.rpartition("@")[2] or options.get("host", "")).split(",")
    hosts = [unquote(re.sub(r":\d+$", "", one)) for one in named]
    elsewhere = [host for host in hosts if host and not host.startswith("/") and not is_loopback(host)]
    return bool(elsewhere) and options.get("sslmode") != "verify-full"


def _is_local(url: str) -> bool:
    return is_loopback(_host_of(url))


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_apart(host: str) -> bool:
    """An address of the machine or of a private network. 0.0.0.0 is every address, and a name may be any."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def _guessable(secret: str) -> bool:
    return len(secret) < SHORTEST_SECRET or len(set(secret)) < _FEWEST_LETTERS
