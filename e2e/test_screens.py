"""docs/screens holds each page at both widths and nothing else; a new page with an address is a new screen."""

import re

from litestar.handlers import HTTPRouteHandler

from app.routes.handlers import route_handlers
from e2e.screens import FOLDER, SCREENS, SIZES

HEAVIEST = 3_000_000
_NO_PAGE = {"/login/proconnect/retour", "/livez", "/readyz", "/.well-known/security.txt", "/nouvelles"}
_NO_PAGE |= {"/", "/flux", "/mandat.pdf", "/demo/courrier.json", "/demo/sms.json", "/administration/trace.csv"}


def test_the_folder_holds_each_screen_and_nothing_else() -> None:
    wanted = {f"{screen.name}-{width}.webp" for screen in SCREENS for width in SIZES}
    found = {path.name for path in FOLDER.iterdir()}

    assert found == wanted, f"bin/screens draws them: {sorted(found ^ wanted)}"
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < HEAVIEST


def test_every_page_with_a_plain_address_is_drawn() -> None:
    handlers = [handler for handler in route_handlers() if isinstance(handler, HTTPRouteHandler)]
    paths = {path for handler in handlers if "GET" in handler.http_methods for path in handler.paths}
    drawn = {re.sub(r"\?.*", "", screen.path) for screen in SCREENS}

    missing = {path for path in paths - _NO_PAGE if "{" not in path} - drawn
    assert not missing, f"add them to SCREENS in e2e/screens.py: {sorted(missing)}"
