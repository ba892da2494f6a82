"""A file that the other side could not open is refused at once, with advice; one that readers open is accepted."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import pytest

from app.domain.files.cleaned_upload import accept_file
from app.domain.files.file_type import MediaType
from app.domain.files.limits import RefusedFile
from app.tests.support.attachments_fixtures import PDF, make_heavy_pdf, make_picture

if TYPE_CHECKING:
    from app.gateways.files.store import EncryptedFileStore

CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_OWNER, _RIGHTS, _ID = bytes(range(32)), -4, b"0123456789abcdef"


def pdf(*objects: bytes, trailer: bytes = b"", header: bytes = b"%PDF-1.7\n") -> bytes:
    """With its cross-reference table, as a program writes it. The first object is the catalogue."""
    whole, places = header, list[int]()
    for number, content in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return whole + table + end + b"startxref\n%d\n%%%%EOF\n" % len(whole)


def _rc4(key: bytes, source: bytes) -> bytes:
    state, found, at, other = list(range(256)), bytearray(), 0, 0
    for place in range(256):
        other = (other + state[place] + key[place % len(key)]) % 256
        state[place], state[other] = state[other], state[place]
    other = 0
    for byte in source:
        at = (at + 1) % 256
        other = (other + state[at]) % 256
        state[at], state[other] = state[other], state[at]
        found.append(byte ^ state[(state[at] + state[other]) % 256])
    return bytes(found)


def make_encrypted_pdf(password: bytes, handler: bytes = b"Standard") -> bytes:
    """PDF 1.7, 7.6.3: of 40 bits, revision 2."""
    rights = _RIGHTS.to_bytes(4, "little", signed=True)
    key = hashlib.md5((password + _PADDING)[:32] + _OWNER + rights + _ID).digest()[:5]  # noqa: S324 - the format's
    lock = b"<</Filter/%s/V 1/R 2/O<%s>/U<%s>/P %d>>" % (
        handler,
        _OWNER.hex().encode(),
        _rc4(key, _PADDING).hex().encode(),
        _RIGHTS,
    )
    ids = _ID.hex().encode()
    return pdf(CATALOG, PAGES, PAGE, PAGE, lock, trailer=b"/Encrypt 5 0 R/ID[<%s><%s>]" % (ids, ids))


WHOLE = pdf(CATALOG, PAGES, PAGE, PAGE)
FORM = pdf(b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA(form)>>>>", PAGES, PAGE, PAGE)


def linearized(length: int, *pages: bytes) -> bytes:
    """For reading during the download: its length and its references come first."""
    return pdf(CATALOG, PAGES, *pages, header=b"%%PDF-1.7\n9 0 obj\n<</Linearized 1/L %d/N 2>>\nendobj\n" % length)


TAKEN = {
    "whole": WHOLE,
    "without its table of references": PDF,
    "with a wrong one": WHOLE.replace(b"startxref\n", b"startxref\n9"),
    "after what a mail server left": b"x" * 900 + b"\n" + WHOLE,
    "before what a server added": WHOLE + b"\n<!-- served in 12 ms -->" * 300,
    "without its last line": WHOLE[:-7],
    "of PDF 2.0": WHOLE.replace(b"%PDF-1.7", b"%PDF-2.0"),
    "for reading while it comes": linearized(400, PAGE, PAGE),
    "changed after that": linearized(10, PAGE, PAGE),
    "whose printing alone is protected": make_encrypted_pdf(b""),
    "that is a form of XFA": FORM,
    "that is heavy to draw": make_heavy_pdf(),
}


@pytest.mark.parametrize("what", TAKEN)
def test_a_pdf_is_taken_wherever_readers_take_it(what: str, files: EncryptedFileStore) -> None:
    assert accept_file(io.BytesIO(TAKEN[what]), "relevé.pdf", files).media_type == MediaType.PDF


TABLE = WHOLE.index(b"xref\n")
REFUSED = {
    "protected by a password": (make_encrypted_pdf(b"secret"), "protégé par un mot de passe"),
    "protected by another program": (make_encrypted_pdf(b"", handler=b"Unknown"), "protégé"),
    "cut in its middle": (WHOLE[: TABLE // 2], "sa fin manque"),
    "cut before its references": (WHOLE[:TABLE], "sa fin manque"),
    "cut while it came": (linearized(40_000, PAGE), "sa fin manque"),
    "of noughts": (b"%PDF-1.7\n" + bytes(4000) + b"\n%%EOF", "abîmé"),
    "without a page": (pdf(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"), "abîmé"),
    "that is a page of the web": (b"<!DOCTYPE html><title>Erreur 403</title>", "n’est pas un PDF, malgré son nom"),
    "that is nothing known": (bytes(range(256)) * 9, "n’est pas un PDF, malgré son nom"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_pdf_that_opens_nowhere_is_refused_with_what_to_do(what: str, files: EncryptedFileStore) -> None:
    content, why = REFUSED[what]
    with pytest.raises(RefusedFile) as refused:
        accept_file(io.BytesIO(content), "relevé.pdf", files)
    said = refused.value.fields["pieces"]
    assert said.startswith("« relevé.pdf » ") and why in said and "puis joignez" in said


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("part", [3, 90, 99])
def test_an_image_whose_end_is_missing_is_refused_with_what_to_do(kind: str, part: int) -> None:
    whole = make_picture(kind, 400, 300)
    with pytest.raises(RefusedFile) as refused:
        accept_file(io.BytesIO(whole[: max(64, len(whole) * part // 100)]), "photo", None)  # type: ignore[arg-type]
    said = refused.value.fields["pieces"]
    assert ("abîmée" if kind == "TIFF" else "sa fin manque") in said and "puis joignez-la de nouveau" in said


def test_a_text_that_speaks_of_pdf_is_a_text() -> None:
    found = accept_file(io.BytesIO(b"Les fichiers %PDF- commencent ainsi."), "note.txt", None)  # type: ignore[arg-type]
    assert found.media_type == MediaType.TXT
