"""The English of a Python file: its docstrings and its comments."""

import ast
import io
import tokenize
from collections.abc import Iterator


def list_prose(source: str) -> Iterator[str]:
    yield from _list_docstrings(source)
    yield from _list_comments(source)


def _list_docstrings(source: str) -> Iterator[str]:
    """Every string that is a statement: of a module, a class, a function, or after an assignment."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def _list_comments(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
