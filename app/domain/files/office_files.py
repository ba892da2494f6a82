"""Detects office files: zip (odt, ods, docx, xlsx) or OLE (doc, xls). Refuses macros, passwords and bombs.

The unpacked size of a zip is measured (unpacked_size.py). Only the table of contents of an OLE file is read.
"""

import re
import zipfile
from typing import BinaryIO

import olefile

from app.domain.files.limits import RefusedFile
from app.domain.files.unpacked_size import TooLarge, check_compression, check_entries, measure_unpacked_size

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SMALL_ENTRY_BYTES = 512 * 1024

_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
}
_ENCRYPTION_DATA = re.compile(rb"<(?:\w+:)?encryption-data\b")
"""OpenDocument 1.3, part 2, 3.4: the manifest describes how each entry, or the one that contains them, is encrypted."""
_OFFICE_OPEN_XML = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MACROS = "contient des macros. Enregistrez-le sans macros, ou en PDF, puis joignez-le de nouveau."
_ARCHIVE = "est une archive. Joignez plutôt les fichiers qu’elle contient, un par un."
_BOMB = "prendrait trop de place une fois ouvert. Enregistrez-le en PDF, ou partagez-le en plusieurs fichiers."
_LOCKED = "est protégé par un mot de passe. Retirez la protection, puis joignez-le de nouveau."
_BROKEN = "est abîmé ou incomplet. Vérifiez qu’il s’ouvre sur votre poste, puis joignez-le de nouveau."


def detect_zip_type(file: BinaryIO, name: str) -> str:
    """The media type of an OpenDocument or Office Open XML file. Raises RefusedFile."""
    try:
        check_entries(file)
        with zipfile.ZipFile(file) as package:
            _check_not_encrypted(package, name)
            found = _detect_open_document(package, name) or _detect_office_open_xml(package, name)
            measure_unpacked_size(file, package.infolist() if found else [])
    except RefusedFile:
        raise
    except TooLarge:
        raise RefusedFile(name, _BOMB) from None
    except Exception:  # each field of a broken archive has its own error
        raise RefusedFile(name, _BROKEN) from None
    if not found:
        raise RefusedFile(name, _ARCHIVE)
    return found


def _check_not_encrypted(package: zipfile.ZipFile, name: str) -> None:
    if any(entry.flag_bits & 1 for entry in package.infolist()):
        raise RefusedFile(name, _LOCKED)


def _detect_open_document(package: zipfile.ZipFile, name: str) -> str | None:
    found = _OPEN_DOCUMENT.get(_read_small_entry(package, "mimetype").strip())
    if found and any(entry.startswith(("Basic/", "Scripts/")) for entry in package.namelist()):
        raise RefusedFile(name, _MACROS)
    if found and _ENCRYPTION_DATA.search(_read_small_entry(package, "META-INF/manifest.xml")):
        raise RefusedFile(name, _LOCKED)
    return found


def _detect_office_open_xml(package: zipfile.ZipFile, name: str) -> str | None:
    entries = {entry.lower() for entry in package.namelist()}
    if "[content_types].xml" not in entries:
        return None
    found = next((kind for main, kind in _OFFICE_OPEN_XML.items() if main in entries), None)
    declared = _read_small_entry(package, "[Content_Types].xml").lower()
    if found and (b"macroenabled" in declared or any("vbaproject" in entry for entry in entries)):
        raise RefusedFile(name, _MACROS)
    return found


def _read_small_entry(package: zipfile.ZipFile, entry: str) -> bytes:
    """Empty when the entry is absent or larger than _SMALL_ENTRY_BYTES. Raises InconsistentArchive."""
    found = next((known for known in package.infolist() if known.filename.lower() == entry.lower()), None)
    if found is None or found.file_size > _SMALL_ENTRY_BYTES:
        return b""
    check_compression(found)
    with package.open(found) as opened:
        return opened.read(_SMALL_ENTRY_BYTES)


def detect_ole_type(file: BinaryIO, name: str) -> str:
    """The media type of a Word or Excel 97-2003 file. Raises RefusedFile."""
    try:
        with olefile.OleFileIO(file) as package:
            entries = {part.lower() for path in package.listdir(storages=True) for part in path}
    except Exception:
        raise RefusedFile(name, _BROKEN) from None
    if "encryptedpackage" in entries:
        raise RefusedFile(name, _LOCKED)
    if entries & {"macros", "_vba_project_cur", "_vba_project", "vba"}:
        raise RefusedFile(name, _MACROS)
    if "worddocument" in entries:
        return "application/msword"
    if entries & {"workbook", "book"}:
        return "application/vnd.ms-excel"
    raise RefusedFile(name, "n’est ni un document Word ni un classeur Excel. Enregistrez-le en PDF.")
