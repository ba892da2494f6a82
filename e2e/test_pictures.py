"""The pictures of /aide match today’s pages, and are loaded only when asked for."""

from collections.abc import Callable
from difflib import unified_diff

from playwright.sync_api import Browser, Page, expect

from e2e.pictures import FOLDER, HEAVIEST, draw_pictures
from e2e.server import run_server


def test_no_picture_is_older_than_the_page_it_shows(chromium: Browser) -> None:
    """On its own server: without the cases of other tests."""
    with run_server() as own_server:
        drawings = list(draw_pictures(own_server, chromium))

    assert {drawing.name for drawing in drawings} == {path.stem for path in FOLDER.glob("*.webp")}
    for drawing in drawings:
        kept = (FOLDER / f"{drawing.name}.txt").read_text()
        changes = "\n".join(unified_diff(kept.splitlines(), drawing.outline.splitlines(), n=0, lineterm=""))
        assert not changes, f"help/{drawing.name}.webp is older than its page: run bin/pictures\n{changes}"
        assert (FOLDER / f"{drawing.name}.webp").stat().st_size <= HEAVIEST


def test_a_picture_comes_when_it_is_asked_for(new_page: Callable[..., Page], with_scripts: bool) -> None:
    page = new_page(javascript=with_scripts)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/aide", wait_until="networkidle")
    if with_scripts:  # without scripts a browser also fetches lazy images: they would reveal the scroll position
        assert not [url for url in fetched if ".webp" in url]

    for picture in page.locator("details.picture").all():
        picture.locator("summary").click()
        image = picture.get_by_role("img")
        expect(image).to_be_visible()
        shown = image.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])")
        assert [image.get_attribute("width"), image.get_attribute("height")] == [str(side) for side in shown]
        assert len(image.get_attribute("alt") or "") > 80
    assert len([url for url in fetched if ".webp" in url]) == 5
