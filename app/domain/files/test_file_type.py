"""The file types that are accepted and refused, by content and never by name."""

import io
import struct
import zlib

import pytest

from app.domain.files.file_type import MediaType, add_suffix, detect_media_type
from app.domain.files.limits import MAX_FILE_BYTES, RefusedFile, check_size, make_safe_name
from app.tests.support.attachments_fixtures import PDF, make_picture, make_zip

TYPES = b"<Types/>"
DOCX = make_zip({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>"})
XLSX = make_zip({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<x/>"})
ODT = make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"})
ODS = make_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"})
LOCK = b'<m:file-entry m:full-path="%s"><m:encryption-data m:checksum="x"/></m:file-entry>'
PLAIN = b'<m:file-entry m:full-path="Pictures/encryption-data.png"/>'


def open_document(manifest: bytes, kind: bytes = b"text", **more: bytes) -> bytes:
    mimetype = b"application/vnd.oasis.opendocument." + kind
    whole = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">%s</manifest:manifest>'
    )
    return make_zip({"mimetype": mimetype, "META-INF/manifest.xml": whole % manifest, **more})


def ole(*streams: str) -> bytes:
    """A file of Office 97-2003 with these empty streams, in three sectors: header, FAT, directory. Source: MS-CFB 2."""
    free, end, count = 0xFFFFFFFF, 0xFFFFFFFE, len(streams)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    entries = [_ole_entry("Root Entry", 5, child=1)]
    entries += [_ole_entry(name, 2, right=at + 1 if at < count else free) for at, name in enumerate(streams, 1)]
    return header + fat + b"".join(entries).ljust(512, b"\0")


def _ole_entry(name: str, kind: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    written = f"{name}\0".encode("utf-16-le")
    places = struct.pack("<HBB3I", len(written), kind, 1, 0xFFFFFFFF, right, child)
    return written.ljust(64, b"\0") + places + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)


HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 60

ACCEPTED = {
    "relevé.pdf": (PDF, MediaType.PDF),
    "photo.jpg": (make_picture("JPEG"), MediaType.JPEG),
    "capture.png": (make_picture("PNG"), MediaType.PNG),
    "photo.webp": (make_picture("WEBP"), MediaType.WEBP),
    "animation.gif": (make_picture("GIF"), MediaType.GIF),
    "fax.tiff": (make_picture("TIFF"), MediaType.TIFF),
    "IMG_0042.HEIC": (HEIC, MediaType.HEIC),
    "lettre.docx": (DOCX, MediaType.DOCX),
    "tableau.xlsx": (XLSX, MediaType.XLSX),
    "lettre.odt": (ODT, MediaType.ODT),
    "tableau.ods": (ODS, MediaType.ODS),
    "avec un manifeste.odt": (open_document(PLAIN), MediaType.ODT),
    "lettre.doc": (ole("WordDocument"), MediaType.DOC),
    "tableau.xls": (ole("Workbook"), MediaType.XLS),
    "lettre.rtf": (rb"{\rtf1 Bonjour}", MediaType.RTF),
    "note.txt": ("Écrit en français".encode(), MediaType.TXT),
    "ancien.txt": ("Écrit en français".encode("latin-1"), MediaType.TXT),
    "tableau.csv": (b"a;b\n1;2\n", MediaType.CSV),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_kind_is_known_by_its_content(name: str) -> None:
    content, expected = ACCEPTED[name]
    assert detect_media_type(io.BytesIO(content), name) == expected
    assert detect_media_type(io.BytesIO(content), name.upper()) == expected
    assert add_suffix(name, expected) == name


def test_a_name_that_lies_is_completed_by_the_true_kind() -> None:
    assert detect_media_type(io.BytesIO(PDF), "relevé.exe") == MediaType.PDF
    assert add_suffix("relevé.exe", MediaType.PDF) == "relevé.exe.pdf"


def _png(width: int, height: int) -> bytes:
    """A picture that declares this size, in a few bytes."""
    parts = [b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b"\0"), b"IEND"]
    chunks = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


REFUSED = {
    "programme.exe": (b"MZ\x90\0" + b"\0" * 100, "type accepté"),
    "programme.pdf": (b"MZ\x90\0" + b"\0" * 100, "type accepté"),
    "page.html": (b"<html><script>alert(1)</script>", "type accepté"),
    "dessin.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "type accepté"),
    "photo.avif": (make_picture("AVIF"), "type accepté"),
    "binaire.txt": (b"abc\0\x01def", "type accepté"),
    "archive.zip": (make_zip({"a.txt": b"a"}), "archive"),
    "programme.jar": (make_zip({"META-INF/MANIFEST.MF": b"x"}), "archive"),
    "macros.docm": (
        make_zip({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"}),
        "macros",
    ),
    "protégé.odt": (open_document(PLAIN + LOCK % b"content.xml", **{"content.xml": b"\x8f"}), "mot de passe"),
    "protégé d’aujourd’hui.ods": (
        open_document(LOCK % b"encrypted-package", b"spreadsheet", **{"encrypted-package": b"\x8f"}),
        "mot de passe",
    ),
    "protégé.docx": (ole("EncryptedPackage", "EncryptionInfo"), "mot de passe"),
    "protégé.xlsx": (ole("EncryptionInfo", "EncryptedPackage"), "mot de passe"),
    "macros.doc": (ole("WordDocument", "Macros"), "macros"),
    "diapositives.ppt": (ole("PowerPoint Document"), "ni un document Word ni un classeur Excel"),
    "macros.odt": (make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/a.xml": b"x"}), "macros"),
    "bombe.docx": (
        make_zip({"[Content_Types].xml": TYPES, "word/document.xml": b"\0" * (201 * 1024 * 1024)}),
        "trop de place",
    ),
    "abîmé.docx": (DOCX[:-30], "abîmé"),
    "abîmé.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "abîmé"),
    "immense.png": (_png(60_000, 60_000), "trop grande"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named_with_the_reason(name: str) -> None:
    content, why = REFUSED[name]
    with pytest.raises(RefusedFile) as refused:
        detect_media_type(io.BytesIO(content), name)
    assert f"« {name} »" in refused.value.fields["pieces"] and why in refused.value.fields["pieces"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\relevé.pdf", "relevé.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\ud800.pdf", "pdf"),
        ("", "fichier"),
        ("..", "fichier"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_made_safe_to_show(given: str, kept: str) -> None:
    assert make_safe_name(given) == kept


@pytest.mark.parametrize("size", [0, -1, MAX_FILE_BYTES + 1])
def test_a_file_has_a_size(size: int) -> None:
    with pytest.raises(RefusedFile):
        check_size("relevé.pdf", size)
    check_size("relevé.pdf", MAX_FILE_BYTES)
