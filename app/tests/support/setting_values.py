"""Wrong and right values of each setting, as an operator may write them: for tests and bin/bench hostile."""

from collections.abc import Iterator
from dataclasses import Field, fields
from typing import Any

from app.settings import Settings

SECRET = "chuchotement"
"""In each wrong value of a setting that holds a secret: no error message may repeat it."""
_NO_URL = ["exemple.fr", "//exemple.fr", "https://", "https:exemple.fr", "https://a b.fr", "https://a.fr:port"]
_BAD_HOSTS = [
    *("https://:443", "https://a.fr:0", "https://a.fr:65536", "https://a.fr:-1", "https://[::1", "https://[a.fr]"),
    *("https://256.1.1.1", "https://a..fr", "https://-a.fr", "https://é.fr", "https://a.fr#b", "HTTPS://a.fr"),
    *("ftp://a.fr", "javascript:alert(1)", "https://a.fr;b", f"https://moi:{SECRET}@a.fr", "https://a@b@c.fr"),
]
_BAD_NAMES = [
    "http://127.0.0.1",
    "127.0.0.1:8000",
    "a b",
    "é.fr",
    "256.1.1.1",
    "a..fr",
    "-a.fr",
    "a.fr/",
    "*",
    "a" * 64,
]
_BAD_NUMBERS = ["abc", "-1", "1.5", "1e3", "0x10", "1_000", "８０", "9" * 40, "1 000"]
_BAD_ADDRESSES = [
    "aide",
    "aide@",
    "@exemple.fr",
    "a b@exemple.fr",
    "Aide <aide@exemple.fr>",
    "a@b.fr, c@d.fr",
    "é@a.fr",
]
_BAD_SWITCHES = ["false", "non", "oui", "true", "2", "on", "00", "0.0"]
_TOO_LONG = ["é" * 1_001]
_SOCKET = 9_999
WRONG_VALUES: dict[str, list[str]] = {
    "HOST": [*_BAD_NAMES, "[::1]", "::1%lo"],
    "PORT": [*_BAD_NUMBERS, "0", "65536"],
    "PUBLIC_URL": [*_NO_URL, *_BAD_HOSTS, "https://a.fr/aplus", "https://a.fr?b=c", "smtp://a.fr"],
    "OTHER_HOSTS": [*_BAD_NAMES, "a.fr, https://b.fr", "a.fr:443", "a.fr;b.fr"],
    "DATABASE_URL": [
        *("postgress://", "postgress://hote/base", "postgresq://hote/base", "mysql://hote/base", "aplus.sqlite"),
        *("sqlite://aplus.sqlite", "sqlite:aplus.sqlite", "sqlite:memory", "sqlite:///", "sqlite:///:memory:"),
        *("sqlite:///a.sqlite?mode=ro", "sqlite:///dossier/", "SQLITE:///a.sqlite", "sqlite:/// a", "sqlite:////tmp"),
        *("sqlite:////etc/passwd", "sqlite:////etc/passwd/a.sqlite"),
        *("sqlite:///file:a.sqlite", f"sqlite:///{'a' * 300}", "Postgresql://hote/base", "postgresql:/hote/base"),
        *("postgresql://", "postgresql://hote:port/base", "postgresql://hote:0/base"),
        *("postgresql://hote:99999/base", "postgresql://[::1/base", "postgresql://ho te/base", "postgresql://a,:1/b"),
        *(f"postgresql://moi:{SECRET}@b@hote/base", f"postgresql://moi:{SECRET}/b@hote/base"),
        *(f"postgresql://moi:{SECRET}#b@hote/base", f"postgresql://moi:{SECRET}?b@hote/base"),
        *(f"postgress://moi:{SECRET}@hote/base", f"postgresql://moi:{SECRET}@hote/base?sslmode=verify_full"),
        *("postgresql://hote/base?sslmode", "postgresql://hote/base?sslmod=require", "postgresql://hote/base?ssl=true"),
        *("postgresql://hote/base?port=abc"),
    ],
    "VAR_DIR": ["/etc/passwd", "/etc/passwd/var", f"/srv/{'a' * 300}"],
    "CLAMD_URL": ["10.0.0.9:3310", "tcp://", "tcp://hote:port", "tcp://hote:0", "http://hote", "unix:///run/clamd"],
    "DEMO": _BAD_SWITCHES,
    "DEMO_PUBLIC": _BAD_SWITCHES,
    "SECRET_KEY": [*_TOO_LONG, f'"{SECRET}"'],
    "ENCRYPTION_KEYS": [SECRET, f"2026:{SECRET}", f"A:{'A' * 43}=", ",", f"a:{'A' * 43}=,a:{'A' * 43}="],
    "BACKUP_KEY": [SECRET],
    "SMTP_URL": [
        *("courrier.gouv.fr", "courrier.gouv.fr:25", "https://courrier.gouv.fr", "smtp://", "smtps://hote:465/a"),
        *(f"smtp://moi:{SECRET}@hote:port", f"smtp://moi:{SECRET}/b@hote", f"smtp://moi:{SECRET}@b@hote"),
        *(f"smtp://moi:{SECRET}#b@hote", f"smtp://moi:{SECRET}?b@hote", f"smtp+tls://moi:{SECRET}@hote", "smtp:hote"),
    ],
    "BOUNCES_URL": [
        *("courrier.gouv.fr", "https://courrier.gouv.fr", "imaps://", f"imaps://moi:{SECRET}@hote:port"),
        *(f"imaps://moi:{SECRET}@b@hote", f"imaps://moi:{SECRET}?b@hote", f"imap+starttls://moi:{SECRET}@hote"),
    ],
    "BOUNCES_TO": _BAD_ADDRESSES,
    "MAIL_CONNECTIONS": [*_BAD_NUMBERS, "0", "51"],
    "SMS_URL": [*_NO_URL, *_BAD_HOSTS, "https://a.fr/é"],
    "SMS_TOKEN": [f"{SECRET} b", f"{SECRET}é", f"{SECRET}\nX-Autre: b"],
    "SMS_FROM": ["a" * 21],
    "SMS_DAILY_LIMIT": [*_BAD_NUMBERS, "0", "1001"],
    "SMS_ANSWERS_SECRET": [f"{SECRET} b", f"{SECRET}é"],
    "PROCONNECT_ISSUER": [*_NO_URL, *_BAD_HOSTS, "https://a.fr/api?b=c"],
    "PROCONNECT_CLIENT_ID": ["a b", "é"],
    "PROCONNECT_CLIENT_SECRET": [f"{SECRET} b", f"{SECRET}é"],
    "SECURITY_CONTACT": [*_BAD_ADDRESSES, "https://exemple.fr/signaler"],
    "LOG_LEVEL": ["BAVARD", "10", "INFO,DEBUG", "NOTSET"],
    "WORKERS": [*_BAD_NUMBERS, "0", "65"],
    "SOCKET": [*_BAD_NUMBERS, str(_SOCKET)],
    "METRICS_PORT": [*_BAD_NUMBERS, "65536", "8000"],
    "METRICS_HOST": _BAD_NAMES,
    "MANDATE_TEMPLATE": ["/absent.typ", "/etc", "/etc/passwd/a.typ"],
    "TRUSTED_PROXY": ["10.0.0.1/8", "10.0.0.0/33", "mandataire", "127.0.0.1, x", "127.0.0.1;::1", "10.0.0.*"],
    "MOST_STREAMS": [*_BAD_NUMBERS, "100001"],
    "MAINTENANCE": _BAD_SWITCHES,
    "MAIL_FROM": _BAD_ADDRESSES,
    "BRAND_NAME": ["a" * 61, "Deux\nlignes"],
    "THEME_CSS": ["theme.css", "//ailleurs.fr/theme.css", "https://ailleurs.fr/theme.css", '/a">', "/../a b"],
    "SOURCE_URL": [*_NO_URL, *_BAD_HOSTS, "/aplus", "forge.exemple.fr/aplus", "git@forge.exemple.fr:aplus.git"],
    "OPERATOR_NAME": _TOO_LONG,
    "OPERATOR_ADDRESS": _TOO_LONG,
    "PUBLICATION_DIRECTOR": _TOO_LONG,
    "HOSTING": _TOO_LONG,
    "DPO_ADDRESS": _BAD_ADDRESSES,
    "CONTACT_ADDRESS": _BAD_ADDRESSES,
}
WRONG_FORMATS = ['"{}"', "'{}'", "{}\x1b[2J", "{}\u202e", "{}\udce9", "a\r\n{}"]
"""Around a good value, in any setting: the quotes of a file, invisible characters, a byte that is not UTF-8."""
RIGHT_VALUES: dict[str, list[str]] = {
    "HOST": ["127.0.0.1", "::1", "0.0.0.0", "localhost", "aplus_web", "a-b.exemple.fr"],  # noqa: S104 # nosec B104 no server listens
    "PORT": ["1", "65535", " 8080 "],
    "PUBLIC_URL": ["https://a.fr", "http://127.0.0.1:8000/", "https://[::1]:8443", "https://A.exemple.fr:443"],
    "OTHER_HOSTS": ["a.fr", "a.fr, 10.0.0.1,[::1]", "Exemple.fr,"],
    "DATABASE_URL": [
        *("sqlite:///a b.sqlite", "postgresql://hote/base", "postgres://moi:secret@hote:5433/base"),
        *("postgresql:///base?host=/run/postgresql", "postgresql://[::1]:5432/base", "postgresql://a:1,b:2/c"),
        *("postgresql://moi@%2Frun%2Fpostgresql/base", "postgresql://moi:p%40ss%2Fé@hote/b?sslmode=verify-full"),
    ],
    "VAR_DIR": ["/srv/absent/encore"],
    "CLAMD_URL": ["tcp://127.0.0.1:3310", "tcp://clamd", "tcp://[::1]:3310"],
    "DEMO": ["0", "1"],
    "DEMO_PUBLIC": ["0", "1"],
    "SECRET_KEY": ["é" * 40],
    "ENCRYPTION_KEYS": [f"2027:{'A' * 43}=, 2026:{'B' * 42}A="],
    "BACKUP_KEY": ["k" * 40],
    "SMTP_URL": ["smtp://127.0.0.1:25", "smtps://moi:p%40ss@courrier.gouv.fr", "smtp+starttls://[::1]:587/"],
    "BOUNCES_URL": ["imaps://moi%40gouv.fr:p%40ss@courrier.gouv.fr/Retours", "imap://127.0.0.1:143"],
    "BOUNCES_TO": ["retours@gouv.fr"],
    "MAIL_CONNECTIONS": ["1", "50"],
    "SMS_URL": ["https://a.fr/envoi?cle=1", "http://127.0.0.1:9000/"],
    "SMS_TOKEN": ["a.b-c_d~e+f/g=="],
    "SMS_FROM": ["Admin Plus"],
    "SMS_DAILY_LIMIT": ["1", "1000"],
    "SMS_ANSWERS_SECRET": ["s" * 40],
    "PROCONNECT_ISSUER": ["https://auth.exemple.fr/api/v2"],
    "PROCONNECT_CLIENT_ID": ["a-b:c"],
    "PROCONNECT_CLIENT_SECRET": ["s" * 40],
    "SECURITY_CONTACT": ["securite@exemple.fr"],
    "LOG_LEVEL": ["DEBUG", "info", "WARNING", "ERROR"],
    "WORKERS": ["1", "64"],
    "SOCKET": ["0"],
    "METRICS_PORT": ["0", "1", "65535"],
    "METRICS_HOST": ["10.0.0.7", "::1"],
    "MANDATE_TEMPLATE": ["app/domain/cases/mandate/mandat.typ"],
    "TRUSTED_PROXY": ["127.0.0.1", "10.0.0.0/8, ::1, fd00::/8"],
    "MOST_STREAMS": ["0", "100000"],
    "MAINTENANCE": ["0", "1"],
    "MAIL_FROM": ["ne-pas-repondre@aplus.gouv.fr"],
    "BRAND_NAME": ["Administration+ d’essai", "Service public « local »"],
    "THEME_CSS": ["/theme.css", "/style/theme.css?v=2"],
    "SOURCE_URL": ["https://forge.exemple.fr/aplus", "http://forge.exemple.fr:8080/aplus/?version=1.2"],
    "OPERATOR_NAME": ["Ville d’Ærø"],
    "OPERATOR_ADDRESS": ["1, place de la Mairie, 01000 Bourg"],
    "PUBLICATION_DIRECTOR": ["La mairesse"],
    "HOSTING": ["Hébergeur, 1 rue du Serveur"],
    "DPO_ADDRESS": ["dpo@mairie.exemple.fr"],
    "CONTACT_ADDRESS": ["aide@exemple.fr"],
}


def list_settings(kind: Any = Settings) -> Iterator[Field[Any]]:
    """Includes those of its groups."""
    for one in fields(kind):
        if "group" in one.metadata:
            yield from list_settings(one.metadata["group"])
        else:
            yield one
