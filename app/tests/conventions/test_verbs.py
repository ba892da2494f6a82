"""A public function of the domain starts with a verb of verbs.txt."""

import ast
from pathlib import PurePath

from app.tests.conventions.allowed_exceptions import read_names, read_python_files


def find_public_functions(source: str) -> set[str]:
    """Functions at module level. A method may be a property or a constructor, whose name is a noun."""
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if not node.name.startswith("_")}


def _is_test(path: str) -> bool:
    return PurePath(path).name.startswith(("test_", "conftest"))


def test_a_public_function_of_the_domain_starts_with_a_verb() -> None:
    verbs = read_names("verbs.txt")
    found = set[str]()
    for path, source in read_python_files("app/domain"):
        if not _is_test(path):
            found |= {name for name in find_public_functions(source) if name.split("_")[0] not in verbs}

    assert not found, "name it by a verb; a verb that is missing goes to verbs.txt"


def test_only_public_functions_of_a_module_are_looked_at() -> None:
    source = "def kept(): ...\nasync def sent(): ...\ndef _seen(): ...\nclass One:\n    def name(self): ...\n"

    assert find_public_functions(source) == {"kept", "sent"}
