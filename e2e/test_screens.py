"""docs/screens holds each page at both widths and nothing else; a new page with an address needs a new screen."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page

from app.routes.handlers import list_resolved_handlers
from e2e.screens import FOLDER, SCREENS, SIZES, Screen, encode_webp, take_screenshot

HEAVIEST = 3_500_000
_NO_PAGE = {"/login/proconnect/retour", "/livez", "/readyz", "/.well-known/security.txt", "/nouvelles"}
_NO_PAGE |= {"/demo/courrier", "/demo/courrier.json", "/galerie/lettres"}  # app/routes/pages/moved.py
_NO_PAGE |= {
    "/",
    "/flux",
    "/mandat.pdf",
    "/demo/mails.json",
    "/demo/sms.json",
    "/administration/trace.csv",
    "/demandes.csv",
    "/profil/donnees/fichier",
}
_NO_PAGE |= {"/demandes/suivante"}


def test_the_folder_holds_each_screen_and_nothing_else() -> None:
    wanted = {f"{screen.name}-{width}.webp" for screen in SCREENS for width in SIZES}
    found = {path.name for path in FOLDER.iterdir()}

    assert found == wanted, f"bin/screens draws them: {sorted(found ^ wanted)}"
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < HEAVIEST


def test_every_page_with_a_plain_address_is_drawn() -> None:
    paths = {path for handler in list_resolved_handlers() if "GET" in handler.http_methods for path in handler.paths}
    drawn = {re.sub(r"\?.*", "", screen.path) for screen in SCREENS}

    missing = {path for path in paths - _NO_PAGE if "{" not in path} - drawn
    assert not missing, f"add them to SCREENS in e2e/screens.py: {sorted(missing)}"


@pytest.mark.parametrize(
    "screen", [one for one in SCREENS if one.name in {"login", "terms", "error-404"}], ids=lambda one: one.name
)
def test_what_is_drawn_today_is_what_the_folder_shows(screen: Screen, new_page: Callable[..., Page]) -> None:
    """A few screens, drawn by the same code. Font heights vary by machine, so a tenth of difference is accepted."""
    for width, pixels in take_screenshot(new_page(), screen.path):
        kept, drawn = (Image.open(source) for source in (FOLDER / f"{screen.name}-{width}.webp", _packed(pixels)))
        assert kept.width == drawn.width == width
        assert abs(kept.height - drawn.height) <= 0.1 * kept.height, f"bin/screens: {screen.name} has changed"


def _packed(pixels: bytes) -> io.BytesIO:
    return io.BytesIO(encode_webp(pixels))
