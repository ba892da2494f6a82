"""Photos by each way of upload, with and without scripts: what is stored and served has no place, device or owner."""

import io
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from PIL import Image, ImageColor

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases.test_attachments import downloads
from app.tests.support import photos
from app.tests.support.browser import BASE, Browser, Page
from app.tests.support.photos import find_leaks
from db.tables.attachments import Attachment

SignIn = Callable[[Actor], Awaitable[Browser]]
PHOTOS = {**photos.IMAGES, "IMG_0042.HEIC": photos.heic, "IMG_0043.jpg": photos.heic}
"""The last is a HEIC with a JPEG’s name."""
FIELD_SAMPLE = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)
"""A real sample: the beginning of a HEIC, and no picture in it."""
pytestmark = pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")


async def token_of(agent: Browser, case_id: UUID) -> str:
    page = await agent.get(f"/demandes/{case_id}")
    return str(page.form("Envoyer le message").find("input", {"name": "jeton"})["value"])  # type: ignore[index]


async def by_script(agent: Browser, case_id: UUID, name: str, content: bytes) -> str:
    """As app/static/upload.js sends it, in two chunks. Returns the line that it shows."""
    one, data = uuid4(), {"jeton": await token_of(agent, case_id)}
    announced = data | {"piece": str(one), "nom": name, "taille": str(len(content))}
    answer = await agent.http.post(f"/demandes/{case_id}/pieces", data=announced, headers={"origin": BASE})
    assert answer.headers["upload-offset"] == "0"
    for start, piece in ((0, content[:200]), (200, content[200:])):
        answer = await agent.http.post(
            f"/pieces/{one}/reception",
            data=data | {"depuis": str(start)},
            files={"morceau": ("x", piece)},
            headers={"origin": BASE},
        )
    return str(answer.text)


async def handed_out(reader: Browser, page: Page, application: object) -> list[bytes]:
    """Each file of the page, as its reader downloads it: clean, and consistent with its row."""
    folder = application.state.file_store.folder  # type: ignore[attr-defined]
    assert not [path for path in folder.iterdir() if path.suffix == ".part"], "what came is not left beside"
    return [await _clean(reader, address) for address in downloads(page)]


async def _clean(reader: Browser, address: str) -> bytes:
    answer = await reader.http.get(address)
    kept = bytes(answer.content)
    assert answer.status_code == 200 and find_leaks(kept) == []
    with Image.open(io.BytesIO(kept)) as image:
        image.load()
        assert not image.getexif().get_ifd(photos.GPS)
        assert image.format and answer.headers["content-type"] == Image.MIME[image.format]
    [row] = await Attachment.select(Attachment.size, Attachment.received_bytes).where(
        Attachment.id == address.rpartition("/")[2]
    )
    assert (row["size"], row["received_bytes"]) == (len(kept), len(kept))
    return kept


async def test_with_a_message_without_a_script(cast: Cast, case_id: UUID, sign_in: SignIn, application: object) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    chosen = [(name, made()) for name, made in PHOTOS.items()]
    assert all(find_leaks(content) for _, content in chosen)
    page = await agent.get(f"/demandes/{case_id}")

    page = await agent.press_with(chosen, page, "Envoyer le message", message="Voici.")

    assert page.status == 200
    page = await referent.get(f"/demandes/{case_id}")
    assert len(await handed_out(referent, page, application)) == len(PHOTOS)
    for address in downloads(page):
        drawn = (await referent.http.get(f"{address}/apercu")).content
        assert Image.open(io.BytesIO(drawn)).format == "WEBP" and find_leaks(drawn) == []


async def test_with_a_message_by_the_script(cast: Cast, case_id: UUID, sign_in: SignIn, application: object) -> None:
    agent = await sign_in(cast.agent_lot)
    for name, made in PHOTOS.items():
        assert "reçu" in await by_script(agent, case_id, name, made())

    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Voici.")

    assert len(await handed_out(agent, page, application)) == len(PHOTOS)


async def test_with_a_draft_and_its_mandate(cast: Cast, draft_id: UUID, sign_in: SignIn, application: object) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await agent.get(f"/brouillons/{draft_id}/blocage")
    await agent.press_with([("photo.jpg", photos.jpeg())], page, "Continuer")
    page, chosen = await agent.get(f"/brouillons/{draft_id}/mandat"), {"mandat": "paper", "signature": "23/11/26"}
    await agent.press_with([("mandat.heic", photos.heic())], page, "Continuer", **chosen)

    await agent.press(await agent.get(f"/brouillons/{draft_id}/verification"), "Envoyer ma demande")

    assert len(await handed_out(referent, await referent.get(f"/demandes/{draft_id}"), application)) == 2


async def test_a_heic_is_handed_out_as_a_jpeg_of_the_same_name(
    cast: Cast, case_id: UUID, sign_in: SignIn, application: object
) -> None:
    agent = await sign_in(cast.agent_lot)
    line = await by_script(agent, case_id, "IMG_0042.HEIC", photos.heic(orientation=6))
    assert "IMG_0042.jpg" in line and "image JPEG" in line and "Aperçu de IMG_0042.jpg" in line

    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Voici.")

    [kept] = await handed_out(agent, page, application)
    with Image.open(io.BytesIO(kept)) as image:
        assert image.format == "JPEG" and image.size == (96, 128), "turned in its pixels"
        pixels = image.convert("RGB")
    assert near(pixels, (90, 10), "red") and near(pixels, (20, 100), "blue") and near(pixels, (10, 10), "white")


def near(image: Image.Image, place: tuple[int, int], colour: str) -> bool:
    found, wanted = image.getpixel(place), ImageColor.getrgb(colour)
    assert isinstance(found, tuple)
    return max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 40


def cut(content: bytes, after: bytes) -> bytes:
    return content[: content.rindex(after) + 3]


REFUSED = {
    "IMG_0042.jpg": (FIELD_SAMPLE, "photo HEIC qui n’a pas pu être lue. Enregistrez-la en JPEG"),
    "coupée.heic": (photos.heic()[:600], "photo HEIC qui n’a pas pu être lue. Enregistrez-la en JPEG"),
    "coupée.png": (photos.png()[:1200], "image incomplète : sa fin manque"),
    "coupée.jpg": (
        cut(photos.encode_image(photos.make_drawing(), "JPEG", progressive=True), b"\xff\xda"),
        "image incomplète : sa fin manque",
    ),
    "rare.tif": (photos.encode_image(photos.make_drawing(), "TIFF", big_tiff=True), "Enregistrez-la en JPEG ou en PDF"),
}


async def test_what_cannot_be_read_is_refused_in_words_and_not_kept(
    cast: Cast, case_id: UUID, sign_in: SignIn, application: object
) -> None:
    agent = await sign_in(cast.agent_lot)
    for name, (content, why) in REFUSED.items():
        assert why in await by_script(agent, case_id, name, content), name
    page = await agent.get(f"/demandes/{case_id}")
    chosen = [(name, content) for name, (content, _) in REFUSED.items()]

    page = await agent.press_with(chosen, page, "Envoyer le message", message="Voici.")

    assert page.status == 422 and page.control("Votre message").get_text().strip() == "Voici."
    assert all(f"« {name} » est une" in page.text for name in REFUSED)
    assert await Attachment.count() == 0
    folder = application.state.file_store.folder  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []
