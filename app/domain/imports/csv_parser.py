"""Reads a CSV file into rows: encoding, separator and columns are detected.

Raises Invalid when no row can be read. A single unreadable row carries its own error, and the others are read.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.errors import Invalid
from app.domain.imports.columns import Column, normalize_heading
from db.visible_text import remove_invisible

FORM_FIELD = "fichier"
MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
MAX_ROW_LENGTH = 4_000
_UNREADABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffd]")
"""Control characters other than blanks, lone surrogates (PostgreSQL refuses both), and undecodable bytes."""
_DELIMITERS = ";,\t"
_BLANK_CELLS = frozenset({"-", "--", "/", "."})
_SAVE_AS = (
    "Ouvrez-le dans votre tableur, choisissez « Enregistrer sous », puis le type "
    "« CSV UTF-8 (délimité par des points-virgules) », et envoyez le fichier obtenu."
)
_OTHER_FILE_TYPES = {
    b"PK\x03\x04": f"Ce fichier est un classeur (Excel ou LibreOffice), pas un CSV. {_SAVE_AS}",
    b"\xd0\xcf\x11\xe0": f"Ce fichier est un ancien classeur Excel (.xls), pas un CSV. {_SAVE_AS}",
    b"%PDF": "Ce fichier est un PDF, pas un CSV. Demandez la liste sous forme de tableau.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins in the file, from 1. `unreadable` is the reason why it cannot be read, or empty.

    With slots, a list has fewer objects: the garbage collector stops the process for less time.
    """

    line: int
    cells: dict[str, str]
    unreadable: str = ""

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def label(self) -> str:
        """The cells by which a person recognises the row, 200 characters at most."""
        return ", ".join(text for text in self.cells.values() if text)[:200]


@dataclass(frozen=True)
class ParsedCsv:
    """`ignored` are the headings that match no column."""

    rows: list[Row]
    ignored: list[str] = field(default_factory=list)


def parse_csv(content: bytes, columns: Sequence[Column]) -> ParsedCsv:
    """Returns every row that is not blank. Raises Invalid."""
    text = _remove_separator_hint(_decode(content))
    delimiter = max(_DELIMITERS, key=lambda one: _count_known_headings(text, one, columns))
    try:
        return _parse_rows(text, delimiter, columns)
    except csv.Error as failure:
        message = "Ce fichier ne se lit pas jusqu’au bout : un guillemet est peut-être resté ouvert."
        raise Invalid(fichier=message) from failure


def _decode(content: bytes) -> str:
    if not content.strip():
        raise Invalid(fichier="Ce fichier est vide. Choisissez celui qui contient la liste.")
    if len(content) > MAX_BYTES:
        raise Invalid(fichier="Ce fichier dépasse 10 Mo. Partagez-le en plusieurs, chacun avec sa ligne de titres.")
    for start, why in _OTHER_FILE_TYPES.items():
        if content.startswith(start):
            raise Invalid(fichier=why)
    for encoding in ("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def _remove_separator_hint(text: str) -> str:
    """Excel's first line, « sep=; », is replaced by a blank line, so that the others keep their number."""
    first, _, rest = text.partition("\n")
    return f"\n{rest}" if re.fullmatch(r"sep=.\s*", first.lower()) else text


def _iterate_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yields the number of the first line of each row, and its cells. Blank rows are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _count_known_headings(text: str, delimiter: str, columns: Sequence[Column]) -> int:
    known = {key for column in columns for key in column.heading_keys}
    try:
        _, headings = next(_iterate_lines(text, delimiter), (0, list[str]()))
    except csv.Error:
        return 0
    return sum(normalize_heading(heading) in known for heading in headings)


def _parse_rows(text: str, delimiter: str, columns: Sequence[Column]) -> ParsedCsv:
    read = _iterate_lines(text, delimiter)
    _, headings = next(read, (0, list[str]()))
    places = _find_columns(headings, columns)
    rows = [_build_row(line, cells, places, len(headings)) for line, cells in _check_row_count(read)]
    if not rows:
        raise Invalid(fichier="Ce fichier n’a que sa ligne de titres : il n’y a rien à importer.")
    taken = set(places.values())
    return ParsedCsv(
        rows, [clean_cell(text) for at, text in enumerate(headings) if at not in taken and clean_cell(text)]
    )


def _check_row_count(read: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(read):
        if number == MAX_ROWS:
            raise Invalid(fichier="Ce fichier a plus de 50 000 lignes. Partagez-le en plusieurs.")
        yield line


def _find_columns(headings: list[str], columns: Sequence[Column]) -> dict[str, int]:
    """Column name -> its index. Raises Invalid when a column is missing or present twice."""
    keys = [normalize_heading(heading) for heading in headings]
    found = {column: [at for at, key in enumerate(keys) if key in column.heading_keys] for column in columns}
    names = {column.name for column, at in found.items() if at}
    needed = [column for column in columns if column.required and column.alternative not in names]
    missing = [f"« {column.heading} »" for column in needed if column.name not in names]
    if missing:
        message = (
            f"Il manque des colonnes : {', '.join(missing)}. La première ligne doit donner les titres des colonnes."
        )
        raise Invalid(fichier=f"{message} Partez du modèle proposé sur cette page.")
    twice = [f"« {column.heading} »" for column, at in found.items() if len(at) > 1]
    if twice:
        raise Invalid(fichier=f"Plusieurs colonnes se lisent {', '.join(twice)}. N’en gardez qu’une.")
    return {column.name: at[0] for column, at in found.items() if at}


def _build_row(line: int, cells: list[str], places: dict[str, int], width: int) -> Row:
    kept = {name: clean_cell(cells[at]) if at < len(cells) else "" for name, at in places.items()}
    unreadable = _find_row_error(cells, width)
    return Row(
        line, {name: remove_unreadable(text)[:60] for name, text in kept.items()} if unreadable else kept, unreadable
    )


def _find_row_error(cells: list[str], width: int) -> str:
    whole = "".join(cells)
    if len(whole) > MAX_ROW_LENGTH:
        return "la ligne est beaucoup trop longue : un guillemet est peut-être resté ouvert"
    if any(cell.strip() for cell in cells[width:]):
        return "la ligne a plus de cellules que de titres : un texte contient peut-être le séparateur"
    if _UNREADABLE.search(whole):
        return "un caractère est illisible : enregistrez le fichier en UTF-8"
    return ""


def remove_unreadable(text: str) -> str:
    return _UNREADABLE.sub("", text)


def clean_cell(cell: str) -> str:
    """Blanks of every kind become one space. « - » and similar cells are empty."""
    text = " ".join(unicodedata.normalize("NFC", remove_invisible(cell)).split())
    return "" if text in _BLANK_CELLS else text
