"""A setting as a field: its name in the environment, what it may be. No other code reads a setting from os.environ."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from app.settings.values import BadSettingError, read_setting


def define_setting(
    name: str, reader: Callable[[str], Any], default: str = "", empty: Any = "", *, secret: bool = False
) -> Any:
    """A field that the environment fills. empty: its value where neither the environment nor a default gives one."""
    return field(
        default_factory=lambda: os.environ.get(name, "").strip() or default,
        metadata={"name": name, "reader": reader, "empty": empty},
        repr=not secret,
    )


def define_group(kind: type[Any]) -> Any:
    """A field that holds settings of its own. Its refusals are reported with those of the others."""

    def filled() -> Any:
        try:
            return kind()
        except BadSettingError as refused:
            return refused

    return field(default_factory=filled, metadata={"group": kind})


@dataclass(frozen=True)
class SettingsGroup:
    """Reads each text into its value, whether the environment gives it or code. Raises BadSettingError, a line each."""

    def __post_init__(self) -> None:
        wrong = []
        for one in fields(self):
            try:
                object.__setattr__(self, one.name, _read_value(one.metadata, getattr(self, one.name)))
            except BadSettingError as refused:
                wrong.append(str(refused))
        if wrong:
            raise BadSettingError("\n".join(wrong))


def _read_value(known: Any, given: Any) -> Any:
    """What is no text and no number has been read already: a flag, a path, networks."""
    if isinstance(given, BadSettingError):
        raise given
    if given == "":
        return known["empty"]
    return read_setting(known["name"], str(given), known["reader"]) if type(given) in {str, int} else given
