"""docs/architecture.md has a row for each package, and the layers of pyproject.toml. The product imports no test."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from app.settings import ROOT
from app.tests.support.product_code import list_product_files

DOCUMENT = (ROOT / "docs/architecture.md").read_text()
PARENTS = (
    *("app", "app/domain", "app/domain/cases", "app/routes", "app/gateways", "app/tests"),
    *("bench", "db", "deploy", "docs", "e2e"),
)
BESIDE_THE_PRODUCT = re.compile(r"(app\.tests|bench|e2e)(\.|$)")


def list_folders() -> set[str]:
    """PARENTS that hold files of their own, and every folder directly below one."""
    below = {path for parent in PARENTS for path in (ROOT / parent).iterdir() if path.is_dir()}
    found = {
        str(path.relative_to(ROOT))
        for path in below
        if path.name != "__pycache__" and any(file.name != "__pycache__" for file in path.iterdir())
    }
    return found | set(PARENTS) - {"app"}


def read_rows() -> list[str]:
    """The paths in the first column of the tables under « The tree »."""
    tree = DOCUMENT.partition("## The tree")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", tree, re.MULTILINE)


def read_layers(heading: str) -> list[set[str]]:
    section = DOCUMENT.partition(f"### {heading}\n")[2].partition("\n#")[0]
    items = re.split(r"^\d+\. ", section.partition("\n\n- ")[0], flags=re.MULTILINE)[1:]
    return [set(re.findall(r"`([^`]+)`", item.partition("\n\n")[0])) for item in items]


def read_contract(start_of_name: str) -> list[set[str]]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["name"].startswith(start_of_name))
    return [set(re.split(r" [|:] ", layer)) for layer in layers]


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_each_folder_has_its_row_and_each_row_is_there() -> None:
    rows = read_rows()

    assert not [path for path in rows if not (ROOT / path).exists()], "remove the row"
    missing = list_folders() - {path.rstrip("/") for path in rows}
    assert not missing, "add a row to docs/architecture.md"
    assert len(rows) == len(set(rows))


def test_the_layers_are_those_of_the_contracts() -> None:
    assert read_layers("The layers of the application") == read_contract("Layers: ")
    assert read_layers("The packages of the domain") == read_contract("The packages of the domain")


def test_the_product_imports_no_test_and_no_measure() -> None:
    imports = [(str(path), name) for path in list_product_files("app", "db") for name in list_imports(path)]

    assert len(imports) > 1000
    assert not [(path, name) for path, name in imports if BESIDE_THE_PRODUCT.match(name)]
