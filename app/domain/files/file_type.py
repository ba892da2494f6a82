"""The type of a file, found by opening it: its name and the browser's media type prove nothing.

Plain text is an exception, because a script is text too: only a name in .txt or .csv makes it acceptable. Source:
features.md N13; security.md T31, T32.
"""

import codecs
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image

from app.domain.files import office_files
from app.domain.files.limits import RefusedFile

MAX_PIXELS = 80_000_000
HEAD_SIZE = 64
PDF_HEADER_LIMIT = 1024
"""Readers look for a PDF's header in the first 1024 bytes (PDF 1.7, annex H, 3.4.1)."""


class MediaType(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    GIF = "image/gif"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    RTF = "application/rtf"
    TXT = "text/plain"
    CSV = "text/csv"


SUFFIXES = {
    MediaType.PDF: (".pdf",),
    MediaType.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    MediaType.PNG: (".png",),
    MediaType.WEBP: (".webp",),
    MediaType.GIF: (".gif",),
    MediaType.TIFF: (".tif", ".tiff"),
    MediaType.HEIC: (".heic", ".heif"),
    MediaType.ODT: (".odt",),
    MediaType.ODS: (".ods",),
    MediaType.DOCX: (".docx",),
    MediaType.XLSX: (".xlsx",),
    MediaType.DOC: (".doc",),
    MediaType.XLS: (".xls",),
    MediaType.RTF: (".rtf",),
    MediaType.TXT: (".txt",),
    MediaType.CSV: (".csv",),
}
"""The first suffix is added to a name that has none of them."""

TYPES_WITH_PREVIEW = frozenset(
    {MediaType.PDF, MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.GIF, MediaType.TIFF}
)
_IMAGES = {"JPEG": MediaType.JPEG, "MPO": MediaType.JPEG, "PNG": MediaType.PNG, "WEBP": MediaType.WEBP}
_IMAGES |= {"GIF": MediaType.GIF, "TIFF": MediaType.TIFF}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_CONTROL_CHARACTERS = {chr(code) for code in range(32)} - set("\t\n\r\f") | {"\x7f"}
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
UNKNOWN_TYPE = (
    "n’est pas d’un type accepté : PDF, image (jpeg, png, webp, gif, heic, tiff) ou document de bureautique "
    "(odt, ods, docx, xlsx, doc, xls, rtf, txt, csv)."
)

FALSE_PDF = (
    "n’est pas un PDF, malgré son nom, ni d’un autre type accepté : c’est peut-être une page d’erreur enregistrée à sa "
    "place. Ouvrez-le sur votre poste, enregistrez le document en PDF, puis joignez-le de nouveau."
)


def detect_media_type(file: BinaryIO, name: str) -> MediaType:
    """Raises RefusedFile with the reason. Only headers and tables of contents are read, except of office files."""
    file.seek(0)
    head = file.read(HEAD_SIZE)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(b"{\\rtf"):
        return MediaType.RTF
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return MediaType.HEIC
    if head.startswith(b"PK"):
        return MediaType(office_files.detect_zip_type(file, name))
    if head.startswith(office_files.OLE_SIGNATURE):
        return MediaType(office_files.detect_ole_type(file, name))
    return _detect_image(file, name) or _detect_late_pdf(file, name) or _detect_text(file, name)


def _detect_late_pdf(file: BinaryIO, name: str) -> MediaType | None:
    """Readers accept bytes of a mail server or a scanner before the header. A text that mentions PDF stays a text."""
    file.seek(0)
    found = b"%PDF-" in file.read(PDF_HEADER_LIMIT) and _find_text_type(name) is None
    return MediaType.PDF if found else None


def _find_text_type(name: str) -> MediaType | None:
    by_name = {suffix: kind for kind in (MediaType.TXT, MediaType.CSV) for suffix in SUFFIXES[kind]}
    return by_name.get(PurePosixPath(name).suffix.lower())


def add_suffix(name: str, media_type: MediaType) -> str:
    """« relevé.exe » that contains a PDF becomes « relevé.exe.pdf »."""
    suffixes = SUFFIXES[media_type]
    return name if PurePosixPath(name).suffix.lower() in suffixes else f"{name}{suffixes[0]}"


def _detect_image(file: BinaryIO, name: str) -> MediaType | None:
    try:
        with Image.open(file, formats=["JPEG", "PNG", "WEBP", "GIF", "TIFF"]) as image:
            found, pixels = _IMAGES.get(image.format or ""), image.width * image.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        found, pixels = None, MAX_PIXELS + 1
    except Exception:  # each format has its own errors for a broken image
        return None
    if pixels > MAX_PIXELS:
        raise RefusedFile(name, "est une image trop grande. Réduisez-la, ou prenez-la en photo de moins près.")
    return found


def _detect_text(file: BinaryIO, name: str) -> MediaType:
    found = _find_text_type(name)
    file.seek(0)
    if found is None or not _is_text(file.read()):
        raise RefusedFile(name, FALSE_PDF if name.lower().endswith(".pdf") else UNKNOWN_TYPE)
    return found


def _is_text(raw: bytes) -> bool:
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return _CONTROL_CHARACTERS.isdisjoint(text)
