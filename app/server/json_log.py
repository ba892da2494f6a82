"""The log: one JSON object a line on standard error, made of allowed fields only.

It contains no address, no name and no text that a person typed. Extra fields are those of ALLOWED_FIELDS. An exception
is logged as its class and its frames, without its message, because a database quotes the rejected value. A network is a
/24 or a /48. Source: security.md 4.12, T51.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Any

ALLOWED_FIELDS = ("route", "method", "status", "ms", "person", "network", "incident", "action")
_OWN_LOGGERS = ("aplus", "uvicorn.error")
"""Loggers whose messages contain no personal data. For others only the pattern is logged, without its values."""
_MAX_FRAMES = 12


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _build_event(record),
            **{name: record.__dict__[name] for name in ALLOWED_FIELDS if record.__dict__.get(name) is not None},
        }
        if record.exc_info and record.exc_info[0]:
            fields |= {"exception": record.exc_info[0].__name__, "where": _list_frames(record.exc_info[2])}
        return json.dumps(fields)  # ASCII only: a value cannot contain a line end


def _build_event(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in _OWN_LOGGERS or record.name in _OWN_LOGGERS:
        return record.getMessage()
    return record.msg if isinstance(record.msg, str) and record.args else ""


def _list_frames(traceback: TracebackType | None) -> list[str]:
    """« app/routes/login/link.py:41 open_link », the deepest frame last."""
    frames = extract_tb(traceback)[-_MAX_FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def configure_logging(level: str) -> None:
    """Configures the whole process. `level` is for our loggers; others log warnings."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[lines], level=logging.WARNING, force=True)
    logging.getLogger("aplus").setLevel(level)
