"""Any bytes give rows or a refusal in words; encoding, separator and order of columns do not change the rows."""

import csv
import io
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.imports.columns import PEOPLE, TEAMS
from app.domain.imports.csv_parser import MAX_BYTES, MAX_ROW_LENGTH, MAX_ROWS, Row, clean_cell, parse_csv

NAMES = [column.name for column in PEOPLE]
TITLES = {column.name: column.heading for column in PEOPLE}
WINDOWS = "".join(chr(code) for code in range(32, 256) if not 127 <= code < 160) + "’« »œŒ€"
cell = st.text(WINDOWS, max_size=30)
row = st.fixed_dictionaries({name: cell for name in NAMES})


def written(rows: list[dict[str, str]], columns: list[str], delimiter: str = ";", end: str = "\r\n") -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
    writer.writerow(TITLES[name] for name in columns)
    writer.writerows([one[name] for name in columns] for one in rows)
    return file.getvalue()


def cells(content: bytes) -> list[dict[str, str]]:
    return [one.cells for one in parse_csv(content, PEOPLE).rows]


def people(*lines: str) -> list[Row]:
    return parse_csv("\n".join(lines).encode(), PEOPLE).rows


@pytest.mark.slow
@given(st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_any_bytes_give_rows_or_a_refusal(content: bytes) -> None:
    for head in (b"", b"Adresse mail;Nom\n", b"\xff\xfe", b"\xef\xbb\xbfAdresse mail,Nom\r\n", b'mail\n"'):
        try:
            sheet = parse_csv(head + content, PEOPLE)
        except Invalid as refused:
            assert set(refused.fields) == {"fichier"} and str(refused)
        else:
            for one in sheet.rows:
                assert one.line > 0 and "\0" not in "".join(one.cells.values())
                "".join(one.cells.values()).encode("utf-8")


@given(
    st.lists(row, min_size=1, max_size=4),
    st.permutations(NAMES),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from(["\r\n", "\n"]),
)
@settings(max_examples=200, deadline=None)
def test_the_same_rows_however_the_file_is_written(
    rows: list[dict[str, str]], columns: list[str], delimiter: str, encoding: str, end: str
) -> None:
    expected = [
        {name: clean_cell(text) for name, text in one.items()} for one in rows if any(map(str.strip, one.values()))
    ]
    content = written(rows, columns, delimiter, end).encode(encoding)
    try:
        found = cells(content)
    except Invalid:
        found = []
    assert found == expected


def test_every_order_of_three_columns_reads_the_same() -> None:
    one = dict.fromkeys(NAMES, "") | {"address": "a@exemple.fr", "first_name": "Zoé", "last_name": "Œil"}
    for columns in permutations(["address", "first_name", "last_name"]):
        assert [found["last_name"] for found in cells(written([one], list(columns)).encode("cp1252"))] == ["Œil"]


@pytest.mark.parametrize(
    "heading", ["E-MAIL", "  adresse   Mail ", "Courriel (obligatoire)", "ADRESSE ÉLECTRONIQUE", "Mail*"]
)
def test_headings_are_told_without_accents_case_or_punctuation(heading: str) -> None:
    assert [one["address"] for one in people(f"{heading};Âge", "a@exemple.fr;40")] == ["a@exemple.fr"]


def test_headings_of_no_one_are_named_and_left_aside() -> None:
    assert parse_csv("Âge;Mail;;Taille\n40;a@exemple.fr;;180\n".encode(), PEOPLE).ignored == ["Âge", "Taille"]


def test_a_row_over_several_lines_has_the_number_of_its_first_and_blank_lines_count() -> None:
    found = people("mail;fonction", 'a@exemple.fr;"Conseillère', 'au guichet"', "", ";", "b@exemple.fr;")
    assert [(one.line, one["function"]) for one in found] == [(2, "Conseillère au guichet"), (6, "")]


def test_a_row_cut_short_is_read_as_far_as_it_goes() -> None:
    assert [one["function"] for one in people("mail;fonction", "a@exemple.fr")] == [""]


def test_excel_may_say_its_separator_first() -> None:
    assert [(one.line, one["last_name"]) for one in people("sep=,", "mail,nom", "a@exemple.fr,Roux")] == [(3, "Roux")]


def test_a_dash_means_nothing_and_blanks_become_one() -> None:
    assert (clean_cell(" - "), clean_cell("04\u00a065  12"), clean_cell("a\n b\u202f")) == ("", "04 65 12", "a b")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a@exemple.fr;Nom;en trop", "plus de cellules que de titres"),
        (f"a@exemple.fr;{'x' * MAX_ROW_LENGTH}", "beaucoup trop longue"),
        ("a@exemple.fr;No\0m", "un caractère est illisible"),
        ("a@exemple.fr;No\x1bm", "un caractère est illisible"),
    ],
)
def test_a_row_that_cannot_be_read_says_so_and_takes_no_other_with_it(line: str, reason: str) -> None:
    bad, good = people("mail;nom", line, "b@exemple.fr;Roux")
    assert reason in bad.unreadable and bad.line == 2
    assert not good.unreadable and good["last_name"] == "Roux"


def test_a_byte_that_no_encoding_has_spoils_its_row_alone() -> None:
    first, second = parse_csv(b"mail;nom\na@exemple.fr;\x81\xe9\nb@exemple.fr;\xe9\n", PEOPLE).rows
    assert "illisible" in first.unreadable and second["last_name"] == "é"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "est vide"),
        (b" \n ", "est vide"),
        (b"PK\x03\x04" + bytes(50), "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien classeur Excel"),
        (b"%PDF-1.7", "PDF"),
        ("Prénom;Nom\nZoé;Roux".encode(), "Il manque des colonnes : « Adresse mail »"),
        (b"mail;nom;courriel\na;b;c", "Plusieurs colonnes se lisent « Adresse mail »"),
        (b"mail;nom\n", "rien à importer"),
        (("mail\n" + '"' + "x" * 200_000).encode(), "guillemet"),
        (b"mail\n" + b"x" * MAX_BYTES, "dépasse 10 Mo"),
        (b"mail\n" + b"a@b.fr\n" * (MAX_ROWS + 1), "plus de 50"),
    ],
)
def test_a_file_that_no_row_can_be_read_from_says_what_to_do(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_csv(content, PEOPLE)


def test_another_file_is_refused_by_naming_the_columns_it_lacks() -> None:
    with pytest.raises(Invalid, match="Il manque des colonnes : « Nom », « Organisme », « Départements »"):
        parse_csv("mail;prénom\na@exemple.fr;Zoé\n".encode(), TEAMS)
