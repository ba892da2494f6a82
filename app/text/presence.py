"""Who has a case open and who is writing, in French."""

from collections.abc import Sequence

_MOST_NAMES = 3


def format_reading(names: Sequence[str]) -> str:
    """« Hélène Marty a aussi cette demande ouverte. » Empty without a name."""
    return f"{_join(names)} {'ont' if len(names) > 1 else 'a'} aussi cette demande ouverte." if names else ""


def format_writing(names: Sequence[str]) -> str:
    """« Hélène Marty écrit. » Empty without a name."""
    return f"{_join(names)} {'écrivent' if len(names) > 1 else 'écrit'}." if names else ""


def _join(names: Sequence[str]) -> str:
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[: _MOST_NAMES - 1])} et {len(names) - _MOST_NAMES + 1} autres personnes"
    return " et ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


FILTERS = {"reading_names": format_reading, "writing_names": format_writing}
