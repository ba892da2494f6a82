"""A real Firefox, driven by its own Marionette protocol over a socket: JSON preceded by its length.

Playwright drives only its own build of Firefox, which no package holds, and Debian has no geckodriver. A journey needs
few commands, and only the standard library. https://firefox-source-docs.mozilla.org/testing/marionette/
"""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from app.tests.support.postgres_cluster import find_free_port

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_COVERED = "element click intercepted", "element not interactable"
"""By an element on top, or by `pointer-events: none`."""
_CONTROLS = (
    "{1}//label[starts-with(normalize-space(.), {0})]|//button[normalize-space(.)={0}]|//a[normalize-space(.)={0}]"
)


class Firefox:
    """One window without a screen. Controls are named by the words that a person reads."""

    def __init__(self, folder: Path, base_url: str, *, javascript: bool = True) -> None:
        assert FIREFOX
        self._base_url, port = base_url, find_free_port()
        wishes: dict[str, object] = {
            "marionette.port": port,
            "intl.accept_languages": "fr",
            "javascript.enabled": javascript,
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wishes.items()]
        (folder / "user.js").write_text("\n".join(lines))
        command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        self._socket = _reach(port)
        self._stream = self._socket.makefile("rb")
        self._read()
        self._last = 0
        self.version = self._ask("WebDriver:NewSession")["capabilities"]["browserVersion"]

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=30)

    def goes_to(self, address: str) -> None:
        self._ask("WebDriver:Navigate", url=address if "://" in address else self._base_url + address)

    def reads(self, text: str, *, within: float = 20) -> None:
        end = time.monotonic() + within
        while text not in (shown := self._text()):
            assert time.monotonic() < end, f"« {text} » is not on {self.url}: {shown[:1500]}"
            time.sleep(0.1)

    def presses(self, words: str, *, group: int = 0) -> None:
        """A link, a button, or the label of a choice, in the nth group of choices when there are several.

        For 500 ms, app/static/press-guard.js covers new content: the protocol answers with an error, and it is retried.
        """
        inside = f"//fieldset[{group}]" if group else ""
        for _ in range(20):
            try:
                self._ask("WebDriver:ElementClick", id=self._find(_CONTROLS.format(f'"{words}"', inside)))
                return
            except LookupError as refused:
                if not any(covered in str(refused) for covered in _COVERED):
                    raise
                time.sleep(0.1)
        raise AssertionError(f"« {words} » stays covered on {self.url}")

    def types(self, label: str, text: str) -> None:
        field = f'//*[@id=//label[starts-with(normalize-space(.), "{label}")]/@for]'
        self._ask("WebDriver:ElementSendKeys", id=self._find(field), text=text)

    def runs(self, script: str) -> Any:
        """The value of a function without arguments."""
        return self._ask("WebDriver:ExecuteScript", script=f"return ({script})()", args=[], newSandbox=False)["value"]

    @property
    def url(self) -> str:
        return str(self._ask("WebDriver:GetCurrentURL")["value"])

    def _text(self) -> str:
        try:
            return str(self._ask("WebDriver:GetElementText", id=self._find("//body"))["value"])
        except LookupError:
            return ""  # between two pages

    def _find(self, path: str) -> str:
        """Waits for the first match: the page may still be loading."""
        for _ in range(100):
            found = self._ask("WebDriver:FindElements", using="xpath", value=path)
            if found:
                return str(found[0][_ELEMENT])
            time.sleep(0.1)
        raise AssertionError(f"{path} is not on {self.url}")

    def _ask(self, command: str, **parameters: object) -> Any:
        self._last += 1
        body = json.dumps([0, self._last, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(body), body))
        _, _, error, value = self._read()
        if error:
            raise LookupError(f"{command}: {error['error']}: {error['message']}")
        return value

    def _read(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            length += digit
        return json.loads(self._stream.read(int(length)))


def _reach(port: int) -> socket.socket:
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Firefox did not start")
