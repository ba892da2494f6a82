"""A browser without scripts: follows links and fills forms as a person does, and checks every page it fetches."""

import re
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx2
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from html5lib import HTMLParser
from litestar import Litestar
from litestar.routes import HTTPRoute

BASE = "http://127.0.0.1:8000"
ChosenFile = tuple[str, bytes]
"""A file that a person chooses: its name, its content."""


class ParsedHtml(HTML5TreeBuilder):
    """The tree of html5lib with its parse errors: a second parse would take a quarter of a test’s time."""

    def feed(self, markup: Any) -> None:
        parser = HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = parser.errors


class Page:
    """One answer, read as a person reads it."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.path = response.url.raw_path.decode()
        tree = ParsedHtml()
        self.soup = BeautifulSoup(response.text, builder=tree)
        self.parse_errors = tree.errors

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def h1(self) -> str:
        heading = self.soup.find("h1")
        return " ".join(heading.get_text(" ").split()) if heading else ""

    def form(self, button: str) -> Tag:
        """The form that this button submits, wherever the button is."""
        for found in self.soup.find_all("button"):
            if button == " ".join(found.get_text(" ").split()):
                form = self.soup.find("form", id=str(found["form"])) if found.has_attr("form") else None
                form = form or found.find_parent("form")
                assert isinstance(form, Tag), f"« {button} » on {self.path} is in no form"
                return form
        raise AssertionError(f"no button « {button} » on {self.path}: {self.text[:400]}")

    def controls(self, form: Tag) -> list[Tag]:
        """The fields that the form sends: its own, and those with its `form` attribute."""
        kinds = ["input", "textarea", "select", "button"]
        outside = self.soup.find_all(kinds, {"form": str(form["id"])}) if form.has_attr("id") else []
        inside = [tag for tag in form.find_all(kinds) if not tag.has_attr("form")]
        return inside + outside

    def has_button(self, label: str) -> bool:
        return any(label == " ".join(found.get_text(" ").split()) for found in self.soup.find_all("button"))

    def shows_status(self, status: str) -> bool:
        return self.soup.find(True, {"aria-label": f"Statut : {status}"}) is not None

    def control(self, label: str) -> Tag:
        """The field whose label begins so."""
        for tag in self.soup.find_all("label"):
            if " ".join(tag.get_text(" ").split()).startswith(label):
                found = self.soup.find(id=str(tag["for"]))
                assert found is not None
                return found
        raise AssertionError(f"no field « {label} » on {self.path}: {self.text[:400]}")

    def find_value(self, label: str) -> str:
        """The value that this radio, checkbox or text field would send."""
        return str(self.control(label)["value"])

    def list_ticked(self, name: str) -> list[str]:
        """The labels of the checked boxes or radios of this name."""
        boxes = [box for box in self.soup.find_all("input", {"name": name}) if box.has_attr("checked")]
        labels = [self.soup.find("label", {"for": box["id"]}) for box in boxes]
        return [" ".join(label.get_text(" ").split()) for label in labels if label]

    def link(self, label: str) -> str:
        for link in self.soup.find_all("a"):
            if label in " ".join(link.get_text(" ").split()):
                return str(link["href"])
        raise AssertionError(f"no link « {label} » on {self.path}")


class Browser:
    """One browser with its cookies; httpx2 over the application, no network."""

    def __init__(self, application: Any) -> None:
        transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
        self.http = httpx2.AsyncClient(transport=transport, base_url=BASE, follow_redirects=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def get(self, path: str, **options: Any) -> Page:
        return parse_page(await self.http.get(path, **options))

    async def press(self, page: Page, button: str, **typed: Any) -> Page:
        """Fills the form of this button and sends it; a list is several values, None empties a choice."""
        return await self.press_with([], page, button, **typed)

    async def press_with(self, files: Sequence[ChosenFile], page: Page, button: str, **typed: Any) -> Page:
        """The same, with files chosen in the form’s field for files."""
        form = page.form(button)
        values = _values(page.controls(form), button) | {
            name: value for name, value in typed.items() if value is not None
        }
        for name in (name for name, value in typed.items() if value is None):
            values.pop(name, None)
        action = str(form.get("action") or page.path)
        if str(form.get("method", "get")).lower() == "get":
            return parse_page(await self.http.get(action, params=values))
        return parse_page(await self.http.post(action, headers={"origin": BASE}, **_body(form, values, files)))


def _body(form: Tag, values: dict[str, Any], files: Sequence[ChosenFile]) -> dict[str, Any]:
    """Follows the form’s enctype: only multipart sends files."""
    if form.get("enctype") != "multipart/form-data":
        assert not files, f"the form {form.get('action')} sends no file"
        return {"data": values}
    field = form.find("input", type="file")
    assert field is not None
    chosen = [(str(field["name"]), (name, content, "application/x-unproved")) for name, content in files]
    return {"data": values, "files": chosen or [(str(field["name"]), ("", b"", "application/octet-stream"))]}


def _values(controls: list[Tag], button: str) -> dict[str, Any]:
    """What a browser would send of these fields, with the pressed button’s own name."""
    values: dict[str, Any] = {}
    for control in controls:
        name = str(control.get("name") or "")
        if not name or control.has_attr("disabled") or control.get("type") == "file":
            continue
        if control.name == "textarea":
            values[name] = control.get_text()
        elif control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            values[name] = str(chosen.get("value", chosen.get_text())) if chosen else ""
        elif control.name == "button":
            if " ".join(control.get_text(" ").split()) == button:
                values[name] = str(control.get("value", ""))
        elif control.get("type") not in {"radio", "checkbox"} or control.has_attr("checked"):
            values.setdefault(name, []).append(str(control.get("value", "on")))
    return values


def parse_page(response: httpx2.Response) -> Page:
    """Checks every page of every test: one h1, its title, French, unique ids, fields with a label."""
    page = Page(response)
    if "text/html" in response.headers.get("content-type", "") and "<html" in response.text:
        check_page(page)
        check_source(page)
    return page


def check_page(page: Page) -> None:
    soup, where = page.soup, f"{page.path} ({page.status})"
    assert not page.parse_errors, f"{where}: this HTML does not parse cleanly: {page.parse_errors[:3]}"
    headings = soup.find_all("h1")
    assert len(headings) == 1, f"{where}: {len(headings)} h1, one is needed"
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    assert page.h1 and page.h1 in title, f"{where}: the title « {title} » holds the h1 « {page.h1} »"
    assert soup.html and soup.html.get("lang") == "fr", f"{where}: lang=fr is missing"
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    twice = {name for name in ids if ids.count(name) > 1}
    assert not twice, f"{where}: ids used twice: {twice}"
    check_fields(soup, where)
    check_summary(soup, set(ids), where)
    check_search(page, where)
    for form in soup.find_all("form"):
        assert form.get("action") and form.get("method"), f"{where}: a form without action or method: {form}"
        if str(form["method"]).lower() == "post":
            assert form.find("input", {"name": "jeton"}), f"{where}: a form without csrf_field(): {form['action']}"
    check_deletions(page, where)


def check_source(page: Page) -> None:
    """Each page links to its source code: EUPL 1.2, article 5. An email in the gallery is no page."""
    if page.path.startswith("/galerie/mails/"):
        return
    links = [link for link in page.soup.select("body > footer a") if link.get_text() == "Code source"]
    assert len(links) == 1 and str(links[0]["href"]).startswith(("/mentions-legales#code", "http")), (
        f"{page.path} ({page.status}): {len(links)} links « Code source » at the foot"
    )


def check_deletions(page: Page, where: str) -> None:
    """A button that deletes or withdraws is alone in its form, so that words typed for another button are not in it."""
    for form in page.soup.find_all("form", method="post"):
        buttons = [one for one in page.controls(form) if one.name == "button" and not one.has_attr("hidden")]
        deletes = [one for one in buttons if "button-danger" in (one.get("class") or [])]
        assert not deletes or len(buttons) == 1, f"{where}: give « {deletes[0].get_text()} » a form of its own"


def check_search(page: Page, where: str) -> None:
    """Enter in a search box searches: a browser presses the first button of its form."""
    for box in page.soup.find_all("input", {"type": "search"}):
        form = page.soup.find("form", id=str(box["form"])) if box.has_attr("form") else box.find_parent("form")
        assert isinstance(form, Tag), f"{where}: a search box in no form"
        if str(form["method"]).lower() != "get":
            first = next(one for one in page.controls(form) if one.name == "button")
            pressed = (first.get("name"), first.get("value"))
            assert pressed == ("rester-ici", box["name"]), f"{where}: Enter in « {box['name']} » presses {first}"


def check_fields(soup: BeautifulSoup, where: str) -> None:
    labelled = {str(label["for"]) for label in soup.find_all("label", {"for": True})}
    for control in soup.find_all(["input", "textarea", "select"]):
        if control.get("type") == "hidden":
            continue
        named = control.get("id") in labelled or control.get("aria-label") or control.find_parent("label")
        assert named, f"{where}: a field without a label: {control}"


def check_summary(soup: BeautifulSoup, ids: set[str], where: str) -> None:
    """The errors are first, each with a link to a place that is on the page."""
    summary = soup.find(class_="error-summary")
    if summary is None or summary.find_parent(id="ui-error_summary"):
        return  # none, or the gallery's specimen
    assert not summary.find_previous("h1"), f"{where}: the error summary stands before the h1"
    assert soup.title and soup.title.get_text().startswith("Erreur : "), (
        f"{where}: the title says that something is wrong"
    )
    for link in summary.find_all("a"):
        assert str(link["href"]).lstrip("#") in ids, (
            f"{where}: the error summary links to {link['href']}, which is not there"
        )


def list_paths(application: Litestar, method: str, **known: UUID) -> list[str]:
    """Every path that answers this method, its parameters filled."""
    routes = [route for route in application.routes if isinstance(route, HTTPRoute) and method in route.methods]
    return sorted(fill_path(route.path, **known) for route in routes)


def fill_path(path: str, **known: UUID) -> str:
    """A template’s path with a value of the right kind for each parameter: the known one, or any."""
    for name, kind in re.findall(r"\{([a-z_]+):([a-z]+)\}", path):
        value = known.get(name) or {"uuid": uuid4(), "int": 1, "str": "organismes", "path": "nulle-part"}[kind]
        path = path.replace(f"{{{name}:{kind}}}", str(value))
    return path


def extract_path(url: str) -> str:
    """The path and query of an absolute link of an email."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
