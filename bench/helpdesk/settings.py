"""Settings of its documentation, for production: no debugging, cached templates, WAL, persistent connections."""

import os
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(os.environ["HELPDESK_FOLDER"])
DEBUG, SECRET_KEY, ALLOWED_HOSTS = False, "bench" * 10, ["*"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.humanize",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
_url = urlsplit(os.environ.get("HELPDESK_DATABASE", ""))
_postgresql = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": _url.path.lstrip("/"),
    "HOST": _url.hostname,
    "PORT": _url.port,
    "USER": _url.username,
    "CONN_MAX_AGE": None,
}
_sqlite = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": FOLDER / "helpdesk.sqlite",
    "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", "transaction_mode": "IMMEDIATE"},
    "CONN_MAX_AGE": None,
}
DATABASES = {"default": _postgresql if _url.scheme else _sqlite}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF, SITE_ID, USE_TZ = "bench.helpdesk.urls", 1, True
LOGIN_URL, STATIC_URL, MEDIA_ROOT = "/login/", "/static/", FOLDER / "media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED, HELPDESK_KB_ENABLED = False, True
