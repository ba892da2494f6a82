"""« @ » in a message proposes the colleagues who may read it: by keys, by a click, and never against the keys."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.inspection import inspect
from e2e.people import Person

Sit = Callable[..., Person]
HELENE, PAUL = "Hélène Marty", "Paul Castagné"


def test_names_are_proposed_narrowed_and_chosen(log_in_again: Sit) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    page = referent.page
    page.goto(agent.send_case(subject="Un nom"))
    message, names = page.get_by_role("textbox", name="Votre message"), page.get_by_role("listbox")
    options, said = names.get_by_role("option"), page.locator("#annonces")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/noms" in request.url else None)

    message.fill("Bonjour.")
    message.press("End")
    page.keyboard.press("Enter")
    expect(message).to_have_value("Bonjour.\n")
    assert not asked
    page.keyboard.type("@")
    expect(options.filter(has_text=PAUL)).to_be_visible()
    expect(options.filter(has_text="Vidal")).to_have_count(0)
    expect(said).to_contain_text("noms. Flèches pour choisir")
    expect(message).to_have_attribute("aria-activedescendant", "noms-0")
    below, above = names.bounding_box(), message.bounding_box()
    assert below and above and 0 <= below["y"] - above["y"] - above["height"] < 5, "right under the message"
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert not list(inspect(page, "names"))
    page.keyboard.type("cast")
    expect(options).to_have_text([PAUL])
    page.keyboard.press("Escape")
    expect(names).to_have_count(0)
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    expect(message).to_have_value("Bonjour.\n@casta\n")
    expect(names).to_have_count(0)

    page.keyboard.type("@")
    expect(options.nth(1)).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = options.last.inner_text()
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(message).to_have_value(f"Bonjour.\n@casta\n@{last} ")
    expect(message).to_be_focused()
    page.keyboard.press("Control+z")
    expect(message).to_have_value("Bonjour.\n@casta\n@")

    page.get_by_role("radio", name="Lu par : les membres de CAF du Lot").check()
    message.fill("")
    message.press("a")
    page.keyboard.type(" @")
    expect(options).to_have_text([HELENE])
    options.first.click()
    expect(message).to_have_value(f"a @{HELENE} ")
    page.keyboard.type("et @mar")
    expect(options).to_have_text([HELENE])
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#fil").get_by_text(f"@{HELENE}").first).to_be_visible()
    assert len(asked) == 2, "one list for each choice of readers"
