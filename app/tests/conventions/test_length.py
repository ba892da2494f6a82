"""Past 200 lines a file has a second subject to look for. The longer ones of today are listed, and may not grow."""

from app.tests.conventions.ceilings import FOLDERS, read_numbers, read_python_files

MOST = 200


def test_no_file_is_longer_than_200_lines_but_those_of_the_list() -> None:
    ceilings = read_numbers("long_files.txt")
    found = {path: lines for path, source in read_python_files(*FOLDERS) if (lines := source.count("\n")) > MOST}

    longer = {path: lines for path, lines in found.items() if lines > ceilings.get(path, MOST)}
    assert not longer, "look for the second subject"
    assert not ceilings.keys() - found.keys(), "remove these lines from long_files.txt: the files are short, or gone"
