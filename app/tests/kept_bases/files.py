"""The files of a kept base, small and of each kind, and their readers: written by hand, as the cases are."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PIL import Image, ImageDraw

from app.tests.support.attachments_fixtures import PDF


@dataclass(frozen=True)
class ExpectedFile:
    """`readers`: « all » of its case, « apart » for referents, or a login while it is not sent."""

    case: str
    name: str
    readers: str = "all"
    has_preview: bool = True


EXPECTED_FILES = {
    "mandate": ExpectedFile("new", "mandat signé.jpg"),
    "statement": ExpectedFile("answered", "relevé de compte – Quatrecanard.pdf"),
    "letter": ExpectedFile("answered", "courrier.docx", has_preview=False),
    "list": ExpectedFile("answered", "versements.csv", has_preview=False),
    "picture": ExpectedFile("answered", "écran.png"),
    "between": ExpectedFile("answered", "note interne.pdf", readers="apart"),
    "of_suspended": ExpectedFile("suspended", "attestation.webp"),
    "of_draft": ExpectedFile("draft", "avis.pdf", readers="agent.lot"),
    "not_sent": ExpectedFile("seen", "à joindre.txt", readers="referent.caf.lot", has_preview=False),
}


def build_content(name: str) -> bytes:
    """The bytes that were sent. An image loses its metadata: its digest is of the stored bytes."""
    kind = EXPECTED_FILES[name].name.rpartition(".")[2]
    made: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: PDF + b"%" + name.encode(),
        "jpg": partial(_drawn, "JPEG", name),
        "png": partial(_drawn, "PNG", name),
        "webp": partial(_drawn, "WEBP", name),
        "docx": _document,
        "csv": lambda: "mois;versé\naoût;0\nseptembre;0\n".encode(),
        "txt": lambda: "Pas encore envoyé, à joindre.\n".encode(),
    }
    return made[kind]()


def _drawn(kind: str, words: str) -> bytes:
    kept, image = io.BytesIO(), Image.new("RGB", (120, 80), "white")
    ImageDraw.Draw(image).text((8, 30), words, "teal")
    image.save(kept, kind)
    return kept.getvalue()


def _document() -> bytes:
    """Entries without a time, so that the bytes are the same each time."""
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        package.writestr(zipfile.ZipInfo("[Content_Types].xml"), types)
        package.writestr(zipfile.ZipInfo("word/document.xml"), b"<w:document/>")
    return kept.getvalue()
