"""Who knocks, and what a login gives: the same words at every door."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """browser: the secret of its cookie; network: what the brakes count; label: its name in the list of sessions.

    former: the secret of the session that this browser has already, if any; familiar: its cookie of known_browser.py.
    """

    browser: str
    network: str
    browser_label: str
    former_session: str = ""
    known_browser_cookie: str = ""


@dataclass(frozen=True)
class LoginResult:
    """The cookie's secret, empty while a second factor is waited for; whether to keep it; where one was going.

    familiar: what the browser's cookie of known_browser.py becomes.
    """

    session_token: str
    remember: bool
    next_path: str
    known_browser_cookie: str = ""

    @property
    def needs_second_factor(self) -> bool:
        return not self.session_token
