"""What is stored of a complete upload: an image without its metadata, a HEIC photo as JPEG, other files unchanged.

It applies to every upload, with or without scripts, and does not rely on the browser's reduction of images
(app/static/upload.js). The content of PDF and office files is not changed. Source: security.md V14, 14.2.8.
"""

import io
import re
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from uuid import UUID

from app.domain.files.file_digest import encrypt_digest
from app.domain.files.file_type import HEAD_SIZE, SUFFIXES, MediaType, add_suffix, detect_media_type
from app.domain.files.limits import RefusedFile
from app.domain.files.metadata import Malformed, Truncated, clean_gif, clean_jpeg, clean_png, clean_tiff, clean_webp
from app.domain.files.store import AcceptedFile, FileStore, PdfState, PhotoNotDecoded, StoredFile
from db.encryption import encrypt
from db.tables.attachments import Attachment

_CLEANERS = {
    MediaType.JPEG: clean_jpeg,
    MediaType.PNG: clean_png,
    MediaType.WEBP: clean_webp,
    MediaType.GIF: clean_gif,
    MediaType.TIFF: clean_tiff,
}
_SIGNATURES = {
    MediaType.JPEG: re.compile(rb"\xff\xd8\xff"),
    MediaType.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    MediaType.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
    MediaType.GIF: re.compile(rb"GIF8[79]a"),
    MediaType.TIFF: re.compile(rb"(II|MM)(\*\0|\0\*|\+\0|\0\+)"),
}
"""The first bytes by which Pillow chooses its decoder."""
_BROKEN = (
    "est une image abîmée, ou d’une forme que l’on ne sait pas lire ici. "
    "Enregistrez-la en JPEG ou en PDF, puis joignez-la de nouveau."
)
_TRUNCATED = (
    "est une image incomplète : sa fin manque. Copiez-la de nouveau depuis l’appareil qui l’a prise, ou reprenez-la, "
    "puis joignez-la de nouveau."
)
_PDF_REFUSALS = {
    PdfState.LOCKED: (
        "est un PDF protégé par un mot de passe : la personne à qui vous l’envoyez ne pourrait pas l’ouvrir. "
        "Ouvrez-le, imprimez-le dans un nouveau PDF, puis joignez celui-ci."
    ),
    PdfState.CUT: (
        "est un PDF incomplet : sa fin manque. Téléchargez-le ou numérisez-le de nouveau, vérifiez qu’il s’ouvre "
        "sur votre poste, puis joignez-le de nouveau."
    ),
    PdfState.BROKEN: (
        "est un PDF abîmé, qui ne s’ouvre pas. Ouvrez l’original sur votre poste, enregistrez-le de nouveau en PDF, "
        "puis joignez-le de nouveau."
    ),
}
_NOT_DECODED = "est une photo HEIC qui n’a pas pu être lue. Enregistrez-la en JPEG, puis joignez-la de nouveau."


def accept_file(file: BinaryIO, name: str, store: FileStore) -> AcceptedFile:
    """Raises RefusedFile with the reason. Uses at most twice the file's size in memory.

    Pillow opens an image only after it is cleaned: it took 3 s and 370 MB for images that are refused here at once.
    """
    marked = _detect_image_type(file)
    if marked:
        source = file.read()
        cleaned = _clean_image(marked, source, name)
        if detect_media_type(io.BytesIO(cleaned), name) != marked:
            raise RefusedFile(name, _BROKEN)
        return AcceptedFile(marked, None if cleaned == source else cleaned)
    kind = detect_media_type(file, name)
    if kind == MediaType.HEIC:
        file.seek(0)
        return AcceptedFile(MediaType.JPEG, _convert_to_jpeg(file, name, store))
    if kind == MediaType.PDF:
        _check_pdf(file, name, store)
    return AcceptedFile(kind)


def _check_pdf(file: BinaryIO, name: str, store: FileStore) -> None:
    """Refuses a PDF only when it is certain that its recipients could not open it."""
    file.seek(0)
    if why := _PDF_REFUSALS.get(store.inspect_pdf(file)):
        raise RefusedFile(name, why)


def _detect_image_type(file: BinaryIO) -> MediaType | None:
    file.seek(0)
    head = file.read(HEAD_SIZE)
    file.seek(0)
    return next((kind for kind, mark in _SIGNATURES.items() if mark.match(head)), None)


def _convert_to_jpeg(file: BinaryIO, name: str, store: FileStore) -> bytes:
    """The converted image is cleaned like any other: the decoder reads hostile bytes and is not trusted."""
    try:
        return clean_jpeg(store.convert_to_jpeg(file))
    except (PhotoNotDecoded, Malformed):
        raise RefusedFile(name, _NOT_DECODED) from None


def _clean_image(kind: MediaType, source: bytes, name: str) -> bytes:
    try:
        return _CLEANERS[kind](source)
    except Truncated:
        raise RefusedFile(name, _TRUNCATED) from None
    except Malformed:
        raise RefusedFile(name, _BROKEN) from None


def build_stored_columns(attachment_id: UUID, name: str, stored: StoredFile) -> dict[Any, Any]:
    """The columns that describe the stored bytes, which may be fewer than the received ones."""
    return {
        Attachment.size: stored.size,
        Attachment.received_bytes: stored.size,
        Attachment.digest: encrypt_digest(attachment_id, stored.digest),
        Attachment.media_type: stored.media_type,
        Attachment.name: encrypt(Attachment.name, attachment_id, build_stored_name(name, stored.media_type)),
    }


def build_stored_name(name: str, kind: MediaType) -> str:
    """« IMG_0042.HEIC » stored as JPEG becomes « IMG_0042.jpg ». Any other name gets a suffix if its own is wrong."""
    path = PurePosixPath(name)
    if kind != MediaType.HEIC and path.suffix.lower() in SUFFIXES[MediaType.HEIC]:
        return path.with_suffix(SUFFIXES[kind][0]).name
    return add_suffix(name, kind)
