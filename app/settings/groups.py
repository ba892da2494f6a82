"""Settings that belong together: the operator of the installation, and the services that it calls."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.settings import addresses, values
from app.settings.fields import SettingsGroup, define_setting


@dataclass(frozen=True)
class OperatorSettings(SettingsGroup):
    """The operator, for the pages that the law requires. The page says so when a value is empty."""

    name: str = define_setting("OPERATOR_NAME", values.build_text_reader(300))
    address: str = define_setting("OPERATOR_ADDRESS", values.build_text_reader(300))
    publication_director: str = define_setting("PUBLICATION_DIRECTOR", values.build_text_reader(300))
    hosting: str = define_setting("HOSTING", values.build_text_reader(300))
    dpo_address: str = define_setting("DPO_ADDRESS", values.read_email_address)


@dataclass(frozen=True)
class BounceSettings(SettingsGroup):
    """The mailbox to which emails come back, and the address that servers send them to."""

    url: str = define_setting("BOUNCES_URL", addresses.read_imap_url, secret=True)
    address: str = define_setting("BOUNCES_TO", values.read_email_address)


@dataclass(frozen=True)
class SmsSettings(SettingsGroup):
    """The SMS provider: its URL, our token, and the secret that authenticates its replies."""

    url: str = define_setting("SMS_URL", addresses.read_sms_url)
    token: str = define_setting("SMS_TOKEN", values.read_token, secret=True)
    sender: str = define_setting("SMS_FROM", values.build_text_reader(20))
    answers_secret: str = define_setting("SMS_ANSWERS_SECRET", values.read_token, secret=True)
    daily_limit: int = define_setting("SMS_DAILY_LIMIT", values.build_number_reader(1, 1_000), "40")


@dataclass(frozen=True)
class ProConnectSettings(SettingsGroup):
    """The OpenID Connect provider: ProConnect, or another one."""

    issuer: str = define_setting("PROCONNECT_ISSUER", addresses.read_issuer)
    client_id: str = define_setting("PROCONNECT_CLIENT_ID", values.read_token)
    client_secret: str = define_setting("PROCONNECT_CLIENT_SECRET", values.read_token, secret=True)

    @property
    def is_complete(self) -> bool:
        return bool(self.issuer and self.client_id and self.client_secret)

    @property
    def is_partial(self) -> bool:
        return not self.is_complete and bool(self.issuer or self.client_id or self.client_secret)

    @property
    def origin(self) -> str:
        """The only origin that is called, and to which people are sent."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"
