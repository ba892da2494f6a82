"""Renders the paper mandate: one A4 page, tagged for screen readers (PDF/UA-1). Its words are in mandat.typ.

The template receives typed text as data, never as markup.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

DEFAULT_TEMPLATE = Path(__file__).parent / "mandat.typ"


class TemplateError(Exception):
    """The template cannot be rendered. The message is typst's own: where and why."""


@dataclass(frozen=True)
class Citizen:
    name: str = ""
    birth: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Agent:
    name: str = ""
    function: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Office:
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class MandateContents:
    """An empty value becomes a line to write on. details: the labels of the answered fields."""

    brand: str
    citizen: Citizen = Citizen()
    agent: Agent = Agent()
    office: Office = Office()
    subject: str = ""
    organisations: str = ""
    details: str = ""
    place: str = ""
    date: str = ""


def render_mandate_pdf(contents: MandateContents, template: Path = DEFAULT_TEMPLATE) -> bytes:
    """Returns a PDF. It takes about 100 ms of CPU: call it in a thread.

    A template can read files and fonts of its own folder only. Raises TemplateError.
    """
    known = _replace_unprintable(json.dumps(asdict(contents), ensure_ascii=False))
    try:
        drawn = typst.compile(
            template,
            root=template.parent,
            font_paths=[template.parent],
            sys_inputs={"mandat": known},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
        )
    except RuntimeError as refused:  # typst's own error is a subclass; a missing file raises RuntimeError itself
        raise TemplateError(str(refused)) from refused
    assert isinstance(drawn, bytes)
    return drawn


_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u024f\u0300-\u0304\u2010-\u2026\u20ac]")


def _replace_unprintable(text: str) -> str:
    """PDF/UA refuses a character that the fonts lack. They have Latin letters and accents."""
    return _UNPRINTABLE.sub("?", unicodedata.normalize("NFC", text))
