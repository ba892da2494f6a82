"""The pictures of /aide, drawn by driving the demonstration. bin/pictures draws them anew.

Beside each image is the outline of what its page shows: each visible element with its words (figures and dates left
out), colours and fonts. e2e/test_pictures.py drives the same journey and compares outlines: a picture that no longer
looks like its page fails, one more CSS rule elsewhere does not. Pixels would differ with each machine.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from e2e.browser import open_browser
from e2e.people import Person
from e2e.server import Server, run_server

FOLDER = Path(__file__).parent.parent / "app/static/help"
WIDTH, HEIGHT, HEAVIEST = 720, 900, 25_000
_OWN_WORDS = "input[type=file] { display: none; }"
"""That button is in the language of the browser that draws."""
_OUTLINE = r"""
(root, start) => {
  const first = document.querySelector(start), after = Node.DOCUMENT_POSITION_FOLLOWING;
  const shown = (one) => one.checkVisibility() && (one === first || first.compareDocumentPosition(one) & after);
  return [root, ...root.querySelectorAll("*")].filter(shown).map(outline).join("\n") + "\n";

  function outline(one) {
    const style = getComputedStyle(one);
    const words = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ")
      .replace(/\d+(er)? \p{L}+ \d{4}/gu, "0").replace(/\d+/g, "0").replace(/\s+/g, " ").trim();
    const look = [style.display, style.color, style.backgroundColor, style.fontSize, style.fontWeight].join(" ");
    return [one.tagName.toLowerCase(), [...one.classList].join("."), look, words].join(" | ");
  }
}
"""


@dataclass(frozen=True)
class Drawing:
    name: str
    image: bytes
    outline: str


def draw_pictures(server: Server, browser: Browser) -> Iterator[Drawing]:
    """What an agent sees from the wizard to the answer, then the referent’s answer. Uses its own database."""
    agent, referent = _person(server, browser, "agent.lot"), _person(server, browser, "referent.caf.lot")
    agent.drafts_until_check(last_name="Pélissier", subject="Allocation suspendue")
    draft = agent.page.url.rsplit("/", 1)[0]
    yield _drawing(agent.page, f"{draft}/organismes", "organismes")
    yield _drawing(agent.page, f"{draft}/usager", "usager")
    agent.page.goto(f"{draft}/verification")
    agent.page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    case = agent.page.url
    referent.page.goto(case)
    referent.writes("Bonjour, il manque une pièce : pouvez-vous joindre l’attestation de résidence ?")
    yield _drawing(referent.page, case, "reponse", start="#reponse")
    yield _drawing(agent.page, case, "demande", start="#titre-fil")
    agent.page.set_viewport_size({"width": 1000, "height": 900})
    yield _drawing(agent.page, "/demandes", "liste", region=".frame")


def _person(server: Server, browser: Browser, login: str) -> Person:
    size, still = {"width": WIDTH, "height": 900}, "reduce"
    context = browser.new_context(base_url=server.url, locale="fr-FR", viewport=size, reduced_motion=still)  # type: ignore[arg-type]
    person = Person(context.new_page(), f"{login}@exemple.fr")
    person.log_in()
    return person


def _drawing(page: Page, address: str, name: str, *, region: str = "main", start: str = "") -> Drawing:
    """At most HEIGHT of the region, from the element `start`."""
    page.goto(address)
    box, top = page.locator(region).bounding_box(), page.locator(start or region).first.bounding_box()
    assert box and top
    left_of_it = box["y"] + box["height"] - top["y"]
    clip = {"x": box["x"], "y": top["y"], "width": box["width"], "height": min(HEIGHT, left_of_it)}
    pixels = page.screenshot(clip=clip, full_page=True, style=_OWN_WORDS)  # type: ignore[arg-type]
    return Drawing(name, _light(pixels), page.locator(region).evaluate(_OUTLINE, start or region))


def _light(pixels: bytes) -> bytes:
    """WebP, at the best quality that weighs no more than HEAVIEST."""
    for quality in range(90, 0, -5):
        packed = io.BytesIO()
        Image.open(io.BytesIO(pixels)).convert("RGB").save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() <= HEAVIEST:
            break
    return packed.getvalue()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with run_server() as server, open_browser() as browser:
        for drawing in draw_pictures(server, browser):
            (FOLDER / f"{drawing.name}.webp").write_bytes(drawing.image)
            (FOLDER / f"{drawing.name}.txt").write_text(drawing.outline)


if __name__ == "__main__":
    main()
