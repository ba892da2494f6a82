"""What every kind of login takes and returns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """browser: the secret of its cookie. network: what rate limits count. browser_label: its name in the list of
    sessions.

    former_session: secret of the session that this browser has, if any. known_browser_cookie: see known_browser.py.
    """

    browser: str
    network: str
    browser_label: str
    former_session: str = ""
    known_browser_cookie: str = ""


@dataclass(frozen=True)
class LoginResult:
    """session_token: empty while a second factor is needed. next_path: the page to go to. person_id: who logs in.

    known_browser_cookie: what the browser's cookie becomes (known_browser.py).
    """

    session_token: str
    remember: bool
    next_path: str
    person_id: int
    known_browser_cookie: str = ""

    @property
    def needs_second_factor(self) -> bool:
        return not self.session_token
