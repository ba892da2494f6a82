"""Attachments: a photo made lighter, a cut connection, no scripts, and the download."""

import base64
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.domain.files.metadata import clean_jpeg, clean_png, clean_webp
from app.tests.support import photos
from app.tests.support.attachments_fixtures import PDF
from e2e.line import CuttableLine
from e2e.people import Person

Arrive = Callable[..., Person]
FIELD = "Pièces jointes"


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a phone takes it: 12 million pixels with grain, several MB."""
    grain = Image.effect_noise((4000, 3000), 60).convert("RGB")
    path = tmp_path_factory.mktemp("photos") / "attestation.jpg"
    grain.save(path, "JPEG", quality=80)
    assert path.stat().st_size > 3_000_000
    return path


def find_file_row(gesture: str, name: str) -> str:
    return f"{gesture} {name}"


def join(page: Page, *files: Path) -> None:
    page.get_by_label(FIELD).set_input_files(list(files))


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as arriving:
        page.get_by_role("link", name=find_file_row("Télécharger", name)).click()
    return Path(arriving.value.path()).read_bytes()


def test_a_photo_is_made_lighter_before_it_leaves(log_in_again: Arrive, photo: Path) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Une photo")
    join(agent.page, photo)
    expect(agent.page.get_by_role("button", name=find_file_row("Retirer", "attestation.jpg"))).to_be_visible()

    agent.writes("Voici l’attestation.")

    referent.page.goto(case)
    kept = download(referent.page, "attestation.jpg")
    assert len(kept) <= 500_000 and max(Image.open(io.BytesIO(kept)).size) >= 1200
    preview = referent.page.get_by_role("img", name="Aperçu de attestation.jpg")
    expect(preview).to_be_visible()
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") == 192


def test_photos_are_kept_without_place_or_device_and_open_everywhere(
    log_in_again: Arrive, with_scripts: bool, tmp_path: Path
) -> None:
    """Small ones, which the browser does not make lighter; and HEIC, which it cannot read."""
    agent, referent = log_in_again("agent.lot", javascript=with_scripts), log_in_again("referent.caf.lot")
    case = agent.send_case(subject=f"Photos d’un téléphone {with_scripts}")
    upright, held = tmp_path / "attestation.jpg", tmp_path / "IMG_0042.HEIC"
    upright.write_bytes(photos.jpeg())
    held.write_bytes(photos.heic())
    join(agent.page, upright, held)
    if not with_scripts:
        agent.page.get_by_role("button", name="Joindre et choisir d’autres fichiers").click()
    for name in ("attestation.jpg", "IMG_0042.jpg"):
        expect(agent.page.get_by_role("button", name=find_file_row("Retirer", name))).to_be_visible()

    agent.writes("Voici l’attestation.")

    referent.page.goto(case)
    for name, size in (("attestation.jpg", [48, 64]), ("IMG_0042.jpg", [96, 128])):
        kept = download(referent.page, name)
        assert photos.find_leaks(kept) == [] and shown_as(referent.page, kept, "jpeg") == size
        preview = referent.page.get_by_role("img", name=f"Aperçu de {name}")
        assert preview.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == size


def shown_as(page: Page, content: bytes, kind: str) -> list[int]:
    """Width and height at which this browser shows an image: with its orientation applied."""
    page = page.context.new_page()
    page.set_content(f'<img src="data:image/{kind};base64,{base64.b64encode(content).decode()}">')
    size = page.locator("img").evaluate("one => one.decode().then(() => [one.naturalWidth, one.naturalHeight])")
    page.close()
    return list(size)


def test_a_browser_shows_an_image_turned_as_before(log_in_again: Arrive) -> None:
    page = log_in_again("agent.lot").page
    for kind, clean, source in (
        ("jpeg", clean_jpeg, photos.jpeg(8)),
        ("png", clean_png, photos.png(8)),
        ("webp", clean_webp, photos.webp(8)),
    ):
        shown = shown_as(page, clean(source), kind)
        assert shown == shown_as(page, source, kind) and (kind != "jpeg" or shown == [48, 64])


def test_a_message_sent_meanwhile_waits_for_its_files(log_in_again: Arrive, photo: Path) -> None:
    agent = log_in_again("agent.lot")
    agent.send_case(subject="Envoi pendant la préparation")
    join(agent.page, photo)
    agent.page.get_by_role("textbox", name="Votre message").fill("Avec sa photo.")
    agent.page.get_by_role("button", name="Envoyer le message").click()

    agent.reads("Avec sa photo.")
    expect(agent.page.get_by_role("link", name=find_file_row("Télécharger", "attestation.jpg"))).to_be_visible()


def test_a_cut_line_goes_on_without_choosing_again(
    log_in_again: Arrive, cut_line: CuttableLine, tmp_path: Path
) -> None:
    agent = log_in_again("agent.lot", url=cut_line.url)
    agent.send_case(subject="Envoi coupé")
    large = tmp_path / "dossier.pdf"
    large.write_bytes(PDF + os.urandom(6_000_000))

    asked: list[str] = []
    agent.page.on("requestfinished", lambda request: asked.append(request.url) if "/reception" in request.url else None)
    join(agent.page, large)
    expect(agent.page.get_by_text("% envoyés")).to_be_visible()
    cut_line.cut()
    expect(agent.page.get_by_text("La ligne est coupée").first).to_be_visible()
    cut_line.restore()

    expect(agent.page.get_by_role("button", name=find_file_row("Retirer", "dossier.pdf"))).to_be_visible()
    agent.writes("Tout y est.")
    assert download(agent.page, "dossier.pdf") == large.read_bytes()
    assert asked


def test_files_are_joined_in_the_wizard_and_on_a_message(
    log_in_again: Arrive, with_scripts: bool, tmp_path: Path
) -> None:
    good, bad = tmp_path / "relevé.pdf", tmp_path / "outil.exe"
    good.write_bytes(PDF)
    bad.write_bytes(b"MZ\0\0")
    agent = log_in_again("agent.lot", javascript=with_scripts)
    page = agent.page
    agent.drafts_until_check(last_name="Pélissier", subject=f"Pièces {with_scripts}")
    page.get_by_role("link", name=re.compile("^Modifier.*Pièces jointes")).click()
    join(page, good, bad)
    if not with_scripts:
        page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("« outil.exe » n’est pas d’un type accepté").first).to_be_visible()
    expect(page.get_by_role("button", name=find_file_row("Retirer", "relevé.pdf"))).to_be_visible()
    page.get_by_role("button", name="Continuer").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifiez vos réponses")
    expect(page.get_by_text("relevé.pdf")).to_be_visible()
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    assert download(page, "relevé.pdf") == PDF
