"""A kept base after its migration."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.tests.kept_bases.facts import Facts
from app.tests.kept_bases.schema import StoredValues
from app.tests.support.browser import Browser

SignIn = Callable[[str], AbstractAsyncContextManager[Browser]]


@dataclass(frozen=True)
class MigratedDatabase:
    """`folder`: its VAR_DIR. `printed`: by the migration. `built`, `values`: before it, the names of the indexes and
    triggers, and the values of each column.
    """

    folder: Path
    url: str
    facts: Facts
    printed: str = ""
    built: frozenset[str] = frozenset()
    values: StoredValues = field(default_factory=dict)

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.facts["made_at"])
