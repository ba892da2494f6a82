"""The settings that go together: who runs the platform, and the providers that it calls."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.settings import addresses, values
from app.settings.fields import SettingsGroup, define_setting


@dataclass(frozen=True)
class OperatorSettings(SettingsGroup):
    """Who runs this installation, for the pages that the law asks for. Empty: the page says that it is."""

    name: str = define_setting("OPERATOR_NAME", values.build_text_reader(300))
    address: str = define_setting("OPERATOR_ADDRESS", values.build_text_reader(300))
    publication_director: str = define_setting("PUBLICATION_DIRECTOR", values.build_text_reader(300))
    hosting: str = define_setting("HOSTING", values.build_text_reader(300))
    dpo_address: str = define_setting("DPO_ADDRESS", values.read_email_address)


@dataclass(frozen=True)
class SmsSettings(SettingsGroup):
    """The provider of texts: where to post them, what proves that we may, what proves that an answer is theirs."""

    url: str = define_setting("SMS_URL", addresses.read_sms_url)
    token: str = define_setting("SMS_TOKEN", values.read_token, secret=True)
    sender: str = define_setting("SMS_FROM", values.build_text_reader(20))
    answers_secret: str = define_setting("SMS_ANSWERS_SECRET", values.read_token, secret=True)
    daily_limit: int = define_setting("SMS_DAILY_LIMIT", values.build_number_reader(1, 1_000), "40")


@dataclass(frozen=True)
class ProConnectSettings(SettingsGroup):
    """The OpenID Connect provider that may vouch for people: ProConnect, or another of the same kind."""

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
        """The one place that we ever call, and send people to."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"
