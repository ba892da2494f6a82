"""Declares settings as dataclass fields, with variable and reader. No other code reads a setting from os.environ."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from app.settings.values import BadSettingError, read_setting


def define_setting(
    name: str, reader: Callable[[str], Any], default: str = "", empty: Any = "", *, secret: bool = False
) -> Any:
    """empty: the value when neither the environment nor the default gives one."""
    return field(
        default_factory=lambda: os.environ.get(name, "").strip() or default,
        metadata={"name": name, "reader": reader, "empty": empty},
        repr=not secret,
    )


def define_group(kind: type[Any]) -> Any:
    """A field that holds a group of settings. Its errors are reported with the others."""

    def filled() -> Any:
        try:
            return kind()
        except BadSettingError as refused:
            return refused

    return field(default_factory=filled, metadata={"group": kind})


@dataclass(frozen=True)
class SettingsGroup:
    """Reads each text, from the environment or from code. Raises BadSettingError, with a line for each error."""

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
    # values of other types (flag, path, networks) are read already
    if isinstance(given, BadSettingError):
        raise given
    if given == "":
        return known["empty"]
    return read_setting(known["name"], str(given), known["reader"]) if type(given) in {str, int} else given
