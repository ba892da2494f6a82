"""Readers of single settings: each converts its text to a value, or refuses it in French.

The message says what to write. It never quotes the value, which may be secret.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

Value = TypeVar("Value")
_UNREADABLE = "retirez ce qui ne s’affiche pas (retour à la ligne, tabulation, octet qui n’est pas de l’UTF-8)."
_QUOTED = "retirez les guillemets autour de la valeur : ils en feraient partie."
_NO_FOLDER = "écrivez un dossier ; ce chemin n’en est pas un, et ne peut pas le devenir."
_NO_RIGHT = "le compte qui démarre n’a pas le droit d’écrire dans ce dossier ; donnez-le-lui, ou écrivez-en un autre."


class BadSettingError(ValueError):
    """The message, in French, names the setting and says what to write, one line for each."""


def read_setting(name: str, text: str, reader: Callable[[str], Value]) -> Value:
    """Raises BadSettingError, whose message begins with the name."""
    try:
        if any(unicodedata.category(sign) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"} for sign in text):
            raise BadSettingError(_UNREADABLE)
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            raise BadSettingError(_QUOTED)
        return reader(text)
    except BadSettingError as refused:
        raise BadSettingError(f"{name} : {refused}") from None


def build_number_reader(least: int, most: int) -> Callable[[str], int]:
    def reader(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise BadSettingError(f"écrivez un nombre entier, de {least} à {most}, en chiffres.")
        return int(text)

    return reader


def read_switch(text: str) -> bool:
    # « DEMO=false » was read as yes until 2026-11-27: words are not guessed
    if text not in {"0", "1"}:
        raise BadSettingError("écrivez 1 pour oui, 0 pour non.")
    return text == "1"


def build_text_reader(most: int) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if len(text) > most:
            raise BadSettingError(f"écrivez {most} caractères au plus.")
        return text

    return reader


def read_token(text: str) -> str:
    """Printable ASCII without spaces, as an HTTP header or form carries it."""
    if not re.fullmatch(r"[!-~]+", text):
        raise BadSettingError("écrivez-le tel qu’il a été donné, sans accent ni espace.")
    return text


def build_secret_reader(least: int, made_by: str) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if len(text) < least:
            raise BadSettingError(f"il faut au moins {least} caractères tirés au hasard ({made_by}).")
        return text

    return reader


def read_log_level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise BadSettingError("écrivez DEBUG, INFO, WARNING ou ERROR.")
    return text.upper()


def read_email_address(text: str) -> str:
    """Like app/domain/accounts/address.py, but without removing anything around the address."""
    try:
        validate_email(text, allow_smtputf8=False, check_deliverability=False)
    except EmailNotValidError:
        raise BadSettingError("écrivez une adresse seule, sans nom ni accent, par exemple aide@structure.fr.") from None
    return text


def split_list(text: str) -> Iterator[str]:
    return (one.strip() for one in text.split(",") if one.strip())


def read_folder(text: str) -> Path:
    """The folder exists or can be created. It is not created here."""
    path = Path(text)
    require_folder(path)
    return path


def require_folder(path: Path) -> None:
    """The folder exists or can be created, and this account may write to it. Raises BadSettingError."""
    try:
        found = _find_nearest_existing(path)
        is_folder = stat.S_ISDIR(found.stat().st_mode)
    except OSError as failure:
        raise BadSettingError(_NO_RIGHT if isinstance(failure, PermissionError) else _NO_FOLDER) from None
    if not is_folder:
        raise BadSettingError(_NO_FOLDER)
    if not os.access(found, os.R_OK | os.W_OK | os.X_OK):
        raise BadSettingError(_NO_RIGHT)


def _find_nearest_existing(path: Path) -> Path:
    """The path, or the closest parent that exists. Raises OSError for a name that the disk cannot hold."""
    for one in (path, *path.absolute().parents):
        with suppress(FileNotFoundError, NotADirectoryError):
            one.stat()
            return one
    raise FileNotFoundError(path)


def read_file_path(text: str) -> Path:
    path = Path(text)
    if not os.path.isfile(path) or not os.access(path, os.R_OK):
        raise BadSettingError("écrivez le chemin d’un fichier qui existe et que le compte qui démarre peut lire.")
    return path.resolve()


def read_inherited_socket(text: str) -> int:
    """app/server/supervisor.py sets it for its own processes; an operator never does."""
    with suppress(OSError, ValueError, OverflowError):
        if text == "0" or stat.S_ISSOCK(os.fstat(int(text)).st_mode):
            return int(text)
    raise BadSettingError("retirez ce réglage : le serveur le pose lui-même pour ses processus.")
