"""The operator’s settings, read once from the environment: `from app.settings import settings`."""

import sys

from app.settings.addresses import is_loopback
from app.settings.groups import BounceSettings, OperatorSettings, ProConnectSettings, SmsSettings
from app.settings.schema import OWN_FILE_PATTERNS, ROOT, Settings
from app.settings.values import BadSettingError

__all__ = [
    "OWN_FILE_PATTERNS",
    "ROOT",
    "BounceSettings",
    "OperatorSettings",
    "ProConnectSettings",
    "Settings",
    "SmsSettings",
    "is_loopback",
    "settings",
]


def _settings_or_exit() -> Settings:
    """Exits with the message for every command, Piccolo’s included. No file has been written at that time."""
    try:
        return Settings()
    except BadSettingError as refused:
        sys.exit(str(refused))


settings = _settings_or_exit()
