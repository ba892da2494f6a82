"""Which parts of a typed text are links, and that nothing else of it is."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from app.text.links import split_links

LINKS = {
    "Suivez https://www.caf.fr/allocataires/demarche puis appelez le 01 99 00 12 34.": (
        "https://www.caf.fr/allocataires/demarche",
    ),
    "Voir https://exemple.fr.": ("https://exemple.fr",),
    "Voir (https://exemple.fr/a_(b)), puis": ("https://exemple.fr/a_(b)",),
    "« https://exemple.fr/a\u00a0»": ("https://exemple.fr/a",),
    "[http://exemple.fr:8080/?a=1&b=%20#c]…": ("http://exemple.fr:8080/?a=1&b=%20#c",),
    "Lien :https://exemple.fr/a, www.exemple.fr/b ! et -WWW.EXEMPLE.FR ?": (
        "https://exemple.fr/a",
        "https://www.exemple.fr/b",
        "https://WWW.EXEMPLE.FR",
    ),
    "https://exemple.fr/é\u202fpuis https://exemple.fr/x)))…": ("https://exemple.fr/é", "https://exemple.fr/x"),
    "Écrivez à contact.lot+msa@caf.exemple.fr.": ("mailto:contact.lot+msa@caf.exemple.fr",),
}
WORDS = [
    "caf.fr, ftp://exemple.fr, file:///etc, javascript:alert(1), data:text/html,x, //exemple.fr",
    "https://caf.fr@exemple.org/ https://caf.fr:secret@exemple.org https:///x https://. http:// www. https://[::1]/",
    "https://\u202ecaf.fr",
    "a@b @exemple.fr a@exemple a@@exemple.fr 3@4.5",
]


@pytest.mark.parametrize("text", LINKS)
def test_an_address_is_a_link_without_the_punctuation_after_it(text: str) -> None:
    parts = list(split_links(text))

    assert tuple(href for _, href in parts if href) == LINKS[text]
    assert "".join(part for part, _ in parts) == text


@pytest.mark.parametrize("text", WORDS)
def test_other_schemes_and_addresses_that_mislead_stay_words(text: str) -> None:
    assert [href for _, href in split_links(text) if href] == []


@pytest.mark.parametrize("end", ["\u200b@exemple.org", "\u202e", "\\@exemple.org", '"onclick=', "<b>"])
def test_an_address_ends_at_what_would_read_otherwise_than_it_leads(end: str) -> None:
    assert [href for _, href in split_links(f"https://exemple.fr/a{end}") if href] == ["https://exemple.fr/a"]


_PIECES = ["https://", "www.", "a.fr", "@", "(", ")", '"', "<b>", "&", "'", " ", "\n", ".", "/é"]
_NEAR = st.lists(st.sampled_from(_PIECES))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(), _NEAR.map("".join)))
def test_a_page_shows_every_character_of_a_text_and_runs_none(templates: Environment, text: str) -> None:
    macro = templates.get_template("ui/typed_text.html").module.typed_text  # type: ignore[attr-defined]
    shown = BeautifulSoup(f"<pre>{macro(text)}</pre>", "html.parser")

    assert shown.get_text() == text
    assert {tag.name for tag in shown.find_all()} <= {"pre", "a"}
    for link in shown.find_all("a"):
        assert link["rel"] == ["noopener", "noreferrer", "nofollow"] and set(link.attrs) == {"href", "rel"}
        assert str(link["href"]).startswith(("https://", "http://", "mailto:"))
