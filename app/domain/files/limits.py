"""What may be attached: number, size and names of files. Source: features.md N13."""

import unicodedata
from pathlib import PurePosixPath

from app.domain.errors import Invalid

MAX_FILES = 10
MAX_FILE_BYTES = 10 * 1024 * 1024
NAME_LENGTH = 120
FILES_FIELD = "pieces"


class RefusedFile(Invalid):
    """The message has the file's name, the reason, and what to do. The field is the form's."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(**{FILES_FIELD: f"« {name} » {reason}"})


def make_too_many_error(name: str) -> RefusedFile:
    return RefusedFile(name, f"n’est pas joint : {MAX_FILES} fichiers au plus à la fois.")


def check_size(name: str, size: int) -> None:
    """Raises RefusedFile below 1 byte and above MAX_FILE_BYTES."""
    if size <= 0:
        raise RefusedFile(name, "est vide. Vérifiez-le sur votre poste, puis joignez-le de nouveau.")
    if size > MAX_FILE_BYTES:
        raise RefusedFile(name, "dépasse 10 Mo. Réduisez-le, ou séparez-le en plusieurs fichiers.")


def make_safe_name(given: str) -> str:
    """A name that is safe to show and to save: no path, no control character, no change of text direction.

    The bytes are stored under the id, never under this name. It is shown, and suggested for a download.
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    name = " ".join(unicodedata.normalize("NFC", kept).split()).strip(". ")
    return _shorten(name) or "fichier"


def _shorten(name: str) -> str:
    """Keeps the suffix, which shows the file's type."""
    suffix = PurePosixPath(name).suffix[:12]
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - len(suffix)] + suffix
