"""The settings that go together: who runs the platform, and the providers that it calls."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.settings import addresses, values
from app.settings.fields import Chosen, setting


@dataclass(frozen=True)
class Operator(Chosen):
    """Who runs this installation, for the pages that the law asks for. Empty: the page says that it is."""

    name: str = setting("OPERATOR_NAME", values.words(300))
    address: str = setting("OPERATOR_ADDRESS", values.words(300))
    publication_director: str = setting("PUBLICATION_DIRECTOR", values.words(300))
    hosting: str = setting("HOSTING", values.words(300))
    dpo_address: str = setting("DPO_ADDRESS", values.mail_address)


@dataclass(frozen=True)
class Sms(Chosen):
    """The provider of texts: where to post them, what proves that we may, what proves that an answer is theirs."""

    url: str = setting("SMS_URL", addresses.sms_url)
    token: str = setting("SMS_TOKEN", values.token, secret=True)
    sender: str = setting("SMS_FROM", values.words(20))
    answers_secret: str = setting("SMS_ANSWERS_SECRET", values.token, secret=True)
    daily_limit: int = setting("SMS_DAILY_LIMIT", values.number(1, 1_000), "40")


@dataclass(frozen=True)
class ProConnect(Chosen):
    """The OpenID Connect provider that may vouch for people: ProConnect, or another of the same kind."""

    issuer: str = setting("PROCONNECT_ISSUER", addresses.issuer)
    client_id: str = setting("PROCONNECT_CLIENT_ID", values.token)
    client_secret: str = setting("PROCONNECT_CLIENT_SECRET", values.token, secret=True)

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
