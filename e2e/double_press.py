"""Two presses at one place, with a given delay between them: see e2e/test_double_press.py.

The page’s clock is held meanwhile, so that the delay is exact on a slow machine too.
"""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, Request

from e2e.people import Person, follow

GUARD_MS = 500
"""Milliseconds, as in app/static/press-guard.js."""
WIDTHS, DELAYS, METHODS = (320, 360, 768, 1280, 1600), (40, 120, 200, 300, 350), ("mouse", "touch", "enter")
_REACHED = """
  window.reached = [];
  document.addEventListener("htmx:before:swap", () => { window.came = true; });
  for (const kind of ["click", "input", "submit"]) addEventListener(kind, ({ target }) => {
    if (window.came && target.closest("main :is(a, button, input, select, textarea, label, summary, form)"))
      window.reached.push(`${kind} on ${target.outerHTML.slice(0, 120)}`);
  }, true);
"""
"""What presses reach in a page once content has been put into it."""
_UNDER = """(one, [x, y]) => {
  const { width, height } = one.getBoundingClientRect();
  Object.assign(one.style, { position: "fixed", left: `${x - width / 2}px`, top: `${y - height / 2}px`, zIndex: 2 });
}"""
_ONE_SECOND_ON = "() => { window.came = false; window.reached = []; return Date.now() / 1000 + 1; }"


def find_middle(button: Locator) -> tuple[float, float]:
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def record_posts(page: Page) -> list[Request]:
    """The posts of the page from now on."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


def a_person(at_desk: Callable[..., Person], login: str) -> Person:
    """On a screen high enough for whole pages; the page’s clock may be held."""
    person = at_desk(login)
    person.page.set_viewport_size({"width": 1280, "height": 3000})
    person.page.clock.install()
    return person


def hold_clock(page: Page) -> None:
    page.clock.pause_at(page.evaluate("() => Date.now() / 1000 + 1"))


def put_at(pressed: Locator, place: tuple[float, float]) -> None:
    pressed.evaluate(_UNDER, place)


def put_under(page: Page, link: Locator, target: Locator) -> tuple[float, float]:
    """Follows the link once to see where the target is, goes back, and puts the link there."""
    source = page.url
    follow(link)
    place = find_middle(target)
    page.goto(source)
    put_at(link, place)
    return place


class DoublePress:
    """A page in a context that has touch. `way` is one of METHODS."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(_REACHED)
        page.clock.install()

    def press_twice(
        self, button: Locator, arrived: Callable[[], None], delay: int, way: str, *, again_after: int = 0
    ) -> None:
        """The second press happens once the content that the first one requests has arrived.

        `again_after`: milliseconds from the second press to a third one; 0 for none.
        """
        place = find_middle(button)
        if way == "enter":
            button.focus()
        self.page.clock.pause_at(self.page.evaluate(_ONE_SECOND_ON))
        self.press(place, way)
        arrived()
        self.page.clock.run_for(delay)
        self.press(place, way)
        if again_after:
            self.page.clock.run_for(again_after)
            self.press(place, way)
        reached = self.page.evaluate("window.came && window.reached")
        assert reached == [], (reached, delay, way, self.page.viewport_size)
        self.page.clock.run_for(GUARD_MS)
        self.page.clock.resume()

    def press(self, place: tuple[float, float], way: str) -> None:
        if way == "enter":
            self.page.keyboard.press("Enter")
        else:
            (self.page.mouse.click if way == "mouse" else self.page.touchscreen.tap)(*place)
