"""The paper mandate: one A4 page, tagged for screen readers (PDF/UA-1). What it must say: mandat.typ.

What a person typed is given as data, never as markup.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

import typst

DEFAULT_TEMPLATE = Path(__file__).parent / "mandat.typ"


class TemplateError(Exception):
    """The template cannot be drawn; the message says where and why, in typst's words."""


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
    """What the page is filled with; empty is a line to write on. details: the fields given, by their labels."""

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
    """A PDF. Takes some 100 ms of one core: call it in a thread.

    A template reads what lies in its own folder, fonts included, and nothing else. Raises TemplateRefused.
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
    except RuntimeError as refused:  # typst's own error is one, and an absent file is a bare one
        raise TemplateError(str(refused)) from refused
    assert isinstance(drawn, bytes)
    return drawn


_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u024f\u0300-\u0304\u2010-\u2026\u20ac]")


def _replace_unprintable(text: str) -> str:
    """What the page's fonts have: Latin letters and their marks. PDF/UA refuses a character without a shape."""
    return _UNPRINTABLE.sub("?", unicodedata.normalize("NFC", text))
