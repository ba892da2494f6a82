"""The root of app/ is the product’s, and fixtures are imported from plugins. Source: house.md, 2.4."""

import ast
from collections.abc import Iterator
from pathlib import PurePath

from app.settings import ROOT
from app.tests.conventions.allowed_exceptions import read_python_files

MAX_AT_ROOT = 6
PRODUCT = ("app", "db")


def find_conftest_imports(source: str) -> Iterator[int]:
    """The lines that import a conftest, or a name from one, even for types alone."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            named = [node.module or "", *(one.name for one in node.names)]
        elif isinstance(node, ast.Import):
            named = [one.name for one in node.names]
        else:
            continue
        if any(name.split(".")[-1] == "conftest" for name in named):
            yield node.lineno


def _assigns_all(source: str) -> bool:
    assigned = (node for node in ast.parse(source).body if isinstance(node, ast.Assign))
    return any(isinstance(target, ast.Name) and target.id == "__all__" for node in assigned for target in node.targets)


def test_the_root_of_the_application_has_at_most_six_files_and_no_test() -> None:
    names = sorted(path.name for path in (ROOT / "app").glob("*.py"))

    assert len(names) <= MAX_AT_ROOT, names
    assert not [name for name in names if name.startswith(("test", "conftest"))]


def test_a_product_package_has_no_conftest() -> None:
    found = [path for path, _ in read_python_files(*PRODUCT) if PurePath(path).name == "conftest.py"]

    assert not [path for path in found if not path.startswith("app/tests/")], "fixtures stand in app/tests/support"


def test_nothing_imports_a_conftest() -> None:
    files = read_python_files(*PRODUCT, "bench")
    found = [f"{path}:{line}" for path, source in files for line in find_conftest_imports(source)]

    assert not found, "ask for the fixture by its name; a helper stands in app/tests/support"


def test_no_test_lists_its_names_to_keep_a_fixture_alive() -> None:
    tests = ((path, source) for path, source in read_python_files(*PRODUCT) if PurePath(path).name.startswith("test_"))

    assert not [path for path, source in tests if _assigns_all(source)]


def test_every_way_to_import_a_conftest_is_found() -> None:
    imports = ["import one.conftest", "from one.conftest import two", "from one import conftest", "import one"]

    assert list(find_conftest_imports("\n".join(imports))) == [1, 2, 3]
