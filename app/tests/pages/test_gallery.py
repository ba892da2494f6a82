"""The gallery shows every component and every email: one that is missing from it fails here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.email.queue_email import EmailKind
from app.domain.email.schedule import EmailFrequency
from app.gateways.files.store import EncryptedFileStore
from app.main import create_app
from app.routes import handlers
from app.routes.demo.gallery import COMPONENTS
from app.settings import settings
from app.tests.support.browser import Browser
from app.tests.support.fixtures import open_engine
from app.text import labels
from db.engine import build_engine

NAMES = sorted(path.stem for path in COMPONENTS.glob("*.html"))
OF_A_TEAM = {
    EmailKind.JOINING,
    EmailKind.UNANSWERED_TEAM,
    EmailKind.UNDELIVERED,
    EmailKind.IDLE_KEEPERS,
    *labels.CLOSED_EMAILS,
}
OF_AN_ACCOUNT = {
    *labels.ACCOUNT_EMAILS,
    *labels.PERSON_EMAILS,
    *labels.CLOSED_EMAILS,
    *labels.ADDRESS_EMAILS,
    *labels.SIGNUP_EMAILS,
    *labels.ROLE_EMAILS,
    *OF_A_TEAM,
}
OF_SAMPLE = " 4827-1930 de France Services de démonstration du Lot à CAF et MSA"
OF_A_CASE = set(EmailKind) - OF_AN_ACCOUNT - {EmailKind.LOGIN, EmailKind.DIGEST}


@pytest.fixture(scope="module")
async def reader(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> AsyncIterator[Browser]:
    """One world for all tests: the gallery writes nothing."""
    files = EncryptedFileStore(tmp_path_factory.mktemp("pieces"), requires_scan=False)
    async with (
        open_engine(build_engine(f"sqlite:///{sqlite_template}")),
        Browser(create_app(file_store=files)) as browser,
    ):
        yield browser


@pytest.mark.parametrize("name", NAMES)
async def test_every_component_has_its_specimen(reader: Browser, name: str) -> None:
    specimen = COMPONENTS.parent / f"gallery/ui/{name}.html"
    assert specimen.exists(), f"show ui/{name}.html in its states: write components/gallery/ui/{name}.html"
    assert f'from "ui/{name}.html" import' in specimen.read_text(), f"gallery/ui/{name}.html shows something else"

    section = (await reader.get("/galerie")).soup.find(id=f"ui-{name}")

    assert section and len(section.find_all(True)) > 1, f"gallery/ui/{name}.html shows nothing"


async def test_no_specimen_outlives_its_component() -> None:
    assert sorted(path.stem for path in (COMPONENTS.parent / "gallery/ui").glob("*.html")) == NAMES


@pytest.mark.parametrize("kind", EmailKind)
async def test_every_letter_is_shown_in_both_forms(reader: Browser, kind: EmailKind) -> None:
    of_case = kind in OF_A_CASE | {EmailKind.DIGEST}
    letter = (await reader.get(f"/galerie/mails{'' if of_case else '?sorte=compte'}")).soup.find(id=f"mail-{kind}")
    assert letter and labels.EMAIL_SUBJECT[kind] in letter.get_text()

    shown = await reader.get(f"/galerie/mails/{kind}")

    assert shown.status == 200 and shown.h1 == labels.EMAIL_SUBJECT[kind] + (OF_SAMPLE if kind in OF_A_CASE else "")
    assert "sandbox" in shown.response.headers["content-security-policy"]
    assert "n’y répondez pas" in shown.text and "n’y répondez pas" in letter.get_text()


@pytest.mark.parametrize("kind", EmailKind)
async def test_a_letter_is_read_by_old_mail_programs_too(reader: Browser, kind: EmailKind) -> None:
    """Outlook’s Word supports tables and attributes; no flexible box, background picture or padding of links."""
    shown = await reader.get(f"/galerie/mails/{kind}")

    assert not shown.soup.find_all(["img", "link", "script", "form", "div", "button", "svg"])
    for table in shown.soup.find_all("table"):
        assert table["role"] == "presentation" and table["cellpadding"] == "0"
    for tag in shown.soup.find_all(style=True):
        for unknown in ("flex", "grid", "position", "float", "url("):
            assert unknown not in str(tag["style"])
    for link in shown.soup.find_all("a"):
        assert "padding" not in str(link["style"]), "the cell around the link has the padding"
        assert str(link["href"]).startswith((settings.public_url, "mailto:"))


async def test_a_letter_that_is_none_does_not_exist(reader: Browser) -> None:
    assert (await reader.get("/galerie/mails/inconnue")).status == 404


def test_every_letter_about_a_case_has_its_words() -> None:
    assert set(labels.EMAIL_SUBJECT) == set(EmailKind)
    assert set(labels.EMAIL_SENTENCE) == OF_A_CASE | OF_AN_ACCOUNT - {EmailKind.INVITATION}
    assert set(labels.DIGEST_WORDS) == OF_A_CASE
    assert [choice.value for choice in labels.EMAIL_FREQUENCIES] == list(EmailFrequency)


@pytest.mark.parametrize("place", [{"demo": False}, {"host": "0.0.0.0"}])  # noqa: S104
def test_the_gallery_is_for_development_alone(monkeypatch: pytest.MonkeyPatch, place: dict[str, object]) -> None:
    def shown() -> bool:
        return any("/galerie" in handler.paths for handler in handlers.list_resolved_handlers())

    assert shown()
    monkeypatch.setattr(handlers, "settings", replace(settings, **place))  # type: ignore[arg-type]
    assert not shown()
