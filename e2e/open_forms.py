"""A form of a case that one begins to fill in, while another person or another tab acts on the case."""

from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from e2e.people import Person

WORDS = "Une raison bien à moi"
NO_WORDS = {"Retirer la demande", "Confier à un collègue", "Mettre de côté", "Coordonnées"}
"""Panels without a field, or with a choice or a day."""


def fill(page: Page, label: str) -> Locator:
    """A field of the open panel, with a value: words, or a ticked box."""
    box = page.get_by_role("checkbox", name=label)
    if box.count():
        box.check()
        return box
    field = page.get_by_role("textbox", name=label)
    field.fill(WORDS)
    return field


def still_there(page: Page, label: str) -> None:
    box = page.get_by_role("checkbox", name=label)
    if box.count():
        expect(box).to_be_checked()
    else:
        expect(page.get_by_role("textbox", name=label)).to_have_value(WORDS)


def post_from_other_tab(person: Person, address: str, **form: str) -> None:
    """A post from the open page, as another tab of the same person sends it."""
    page = person.page
    token = page.locator("main input[name=jeton]").first.input_value()
    parts = urlsplit(page.url)
    headers = {"origin": f"{parts.scheme}://{parts.netloc}"}
    answer = page.request.post(f"{parts.path}/{address}", form={"jeton": token, **form}, headers=headers)
    assert answer.ok, answer.status


def send_all_the_same(field: Locator) -> None:
    """As a press that crosses the news: the form has lost its buttons meanwhile."""
    field.evaluate("one => one.form.requestSubmit()")


def find_buttons(field: Locator) -> Locator:
    """Those that the form of this field shows."""
    return field.locator("xpath=ancestor::form[1]").locator("button").filter(visible=True)


def read_error_of_field(field: Locator) -> Locator:
    return field.locator("xpath=ancestor::form[1]").get_by_role("status").filter(has_text="Demande")
