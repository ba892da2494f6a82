"""A file of more than 200 lines may have a second subject. Today’s longer ones are listed, and may not grow."""

from app.tests.conventions.allowed_exceptions import FOLDERS, read_numbers, read_python_files

MAX_LINES = 200


def test_no_file_is_longer_than_200_lines_but_those_of_the_list() -> None:
    ceilings = read_numbers("long_files.txt")
    found = {path: lines for path, source in read_python_files(*FOLDERS) if (lines := source.count("\n")) > MAX_LINES}

    longer = {path: lines for path, lines in found.items() if lines > ceilings.get(path, MAX_LINES)}
    assert not longer, "look for the second subject"
    assert not ceilings.keys() - found.keys(), "remove these lines from long_files.txt: the files are short, or gone"
