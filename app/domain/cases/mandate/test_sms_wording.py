"""No typed text becomes a link, a number or a sentence in the SMS that a citizen receives."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cases.draft.draft import Draft
from app.domain.cases.mandate.sms_wording import (
    build_citizen_statement,
    format_sms_birth,
    format_sms_body,
    format_sms_name,
)

WORDS = r"[^.:;/@\n\d]*(?:\d[^.:;/@\n\d]*){0,3}"
STRICT = re.compile(
    r"Administration\+\n"
    rf"(?P<agent>[^\d.,:;/@\n]{{0,60}}) \((?P<structure>{WORDS})\) "
    r"vous demande un mandat pour débloquer une démarche\.\n"
    r"Vous : (?P<names>[^\d.,:;/@\n]{0,121}), date de naissance : (?P<birth>(?:\d\d/\d\d/)?\d{4})?\.\n"
    rf"Démarche : (?P<subject>{WORDS})\.\n"
    rf"Organismes : (?P<organisations>{WORDS})\.\n"
    r"Répondez OUI pour attester que c'est exact et autoriser cet agent et sa structure à utiliser vos "
    r"informations, votre numéro de sécurité sociale compris si besoin, pour cette démarche seulement\. "
    r"Durée : jusqu'au déblocage, un an au plus\.\n"
    r"Sinon, répondez NON\. Pour retirer votre accord plus tard, répondez STOP\."
)
EMPTY = Draft(
    id=UUID(int=1), team_id=1, area="46", area_name="Lot", mode=cast(Any, "guided"), category_id=1, category="",
    category_withdrawn=False, guided_subject_id=None, guided_subject="", subject_withdrawn=False,
    organisations=frozenset({1}), first_name="", last_name="", birth="", details=(), subject="", description="",
    urgent=False, urgency_reason="", saved_at=datetime(2026, 3, 2, tzinfo=UTC), mandate=None,
)  # fmt: skip
LINKS = (
    "http://evil.fr",
    "evil.fr",
    "www.evil.fr/a?b=c",
    "a@evil.fr",
    "ｅｖｉｌ．ｆｒ",
    "evil。fr",
    "evil․fr",
    "evilꓸfr",
)
NUMBERS = ("06 12 34 56 78", "+33612345678", "3615", "٠٦١٢٣٤٥٦٧٨", "①②", "12/03/1957", "Appelez vite\nle 3615")
TYPED = st.text(max_size=90) | st.sampled_from([*LINKS, *NUMBERS, "D’Alès", "Jean-Pierre"])


def text(agent: str = "Carmen Vidal", structure: str = "CAF", acronym: str = "CAF", **typed: str) -> str:
    draft = replace(EMPTY, **cast(Any, typed))
    recalled = build_citizen_statement(draft, [cast(Any, SimpleNamespace(id=1, acronym=acronym))])
    return format_sms_body(recalled, brand="Administration+", agent=agent, structure=structure)


@given(*[TYPED] * 9)
def test_any_words_typed_leave_the_text_in_its_shape(
    agent: str,
    structure: str,
    acronym: str,
    first: str,
    last: str,
    birth: str,
    subject: str,
    category: str,
    guided: str,
) -> None:
    typed = {"first_name": first, "last_name": last, "birth": birth, "subject": subject}
    sent = STRICT.fullmatch(text(agent, structure, acronym, category=category, guided_subject=guided, **typed))

    assert sent is not None
    for part in (sent["agent"], sent["names"]):
        assert all(one in "'- " or unicodedata.category(one)[0] in "LM" for one in part)
    assert not any(unicodedata.category(one) in ("Lm", "No", "Cf", "Cc", "Nl") for one in sent[0].replace("\n", ""))
    assert sum(one.isdigit() for one in sent["structure"]) <= 3


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("D’Alès", "D'Alès"),
        ("D'Alès", "D'Alès"),
        ("Jean-Pierre", "Jean-Pierre"),
        ("  Marie\u00a0 Anne ", "Marie Anne"),
        ("Élodie", "Élodie"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("محمد", "محمد"),
        ("http://evil.fr", "http evil fr"),
        ("evil.fr", "evil fr"),
        ("evilꓸfr", "evil fr"),
        ("06 12 34 56 78", ""),
        ("Jeanne. Appelez le 3615 !", "Jeanne Appelez le"),
        ("x" * 61, "x" * 60),
    ],
)
def test_a_name_is_letters_blanks_hyphens_and_apostrophes(typed: str, shown: str) -> None:
    assert format_sms_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1957", "1957"),
        ("12/03/1957", "12/03/1957"),
        ("1.3.1957", "01/03/1957"),
        ("née le 12-03-1957 à Cahors", "12/03/1957"),
        ("12 mars 1957", "1957"),
        ("1957-03-12", "1957"),
        ("31/02/1957", "1957"),
        ("vers 1957", "1957"),
        ("1957 ou 1958", ""),
        ("12/03/57", ""),
        ("inconnue", ""),
        ("0612345678", ""),
        ("http://evil.fr/1957", "1957"),
    ],
)
def test_a_birth_is_a_date_or_a_year(typed: str, shown: str) -> None:
    assert format_sms_birth(typed) == shown


@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ({"category": "Logement", "guided_subject": "Aide en retard", "subject": "evil.fr"}, "Aide en retard"),
        ({"category": "Autre", "guided_subject": "", "subject": "Voir http://evil.fr"}, "Autre"),
        ({"category": "", "guided_subject": "", "subject": "Aide"}, "celle que vous suivez avec cet agent"),
    ],
)
def test_the_subject_is_the_catalogue_s(draft: dict[str, str], shown: str) -> None:
    assert f"Démarche : {shown}.\n" in text(**draft)
