"""People read « mail » and « SMS », one word for one thing everywhere. Source: house.md 2.1.

A case has messages. The platform sends mails, and SMS to citizens.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.settings import ROOT
from app.tests.support.product_code import list_product_files

REFUSED = re.compile(r"(?<![/#])\b(?:lettres?|textos?|courriers?|courriels?|e-mails?)\b", re.IGNORECASE)
"""An address that people only follow may keep an old word: « /lettres/ », « #lettres »."""
JINJA = re.compile(r"\{#.*?#\}", re.DOTALL)
KEPT = {
    "app/components/arrivals/signed_up.html": {"courriers": 1},
    "app/components/login/sent.html": {"courriers": 1},
    "app/components/pages/accessibilite.html": {"courrier": 1},
    "app/domain/catalogue/warnings.py": {"lettre": 1},
    "app/domain/cases/mandate/request_by_sms.py": {"lettres": 1},
    "app/domain/imports/columns.py": {"e-mail": 2, "courriel": 1},
    "app/gateways/email/transport.py": {"courrier": 1},
    "app/gateways/readiness.py": {"courrier": 1},
    "app/routes/cases/wizard_mandate.py": {"texto": 1},
    "app/routes/forms.py": {"lettres": 1, "texto": 1},
    "app/server/serve.py": {"courrier": 1},
    "app/settings/schema.py": {"courrier": 1},
}
"""Letters of the alphabet and on paper, « courriers indésirables » of mail programs, headings of imported lists, former
names of fields, the folder and the health check « courrier ».
"""


def read_words(path: Path) -> Iterator[str]:
    """The refused words of a template without its comments, or of a module’s strings without its docstrings."""
    source = path.read_text()
    texts = _strings(source) if path.suffix == ".py" else [JINJA.sub("", source)]
    for text in texts:
        yield from (found.lower() for found in REFUSED.findall(text))


def _strings(source: str) -> Iterator[str]:
    """Also the parts of an f-string."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def count_words(paths: list[Path]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for path in paths:
        words = list(read_words(path))
        if words:
            found[str(path.relative_to(ROOT))] = {word: words.count(word) for word in words}
    return found


def test_a_mail_and_an_sms_have_one_word_each() -> None:
    templates = [path for path in sorted((ROOT / "app/components").rglob("*.*")) if path.suffix in {".html", ".txt"}]

    assert len(templates) > 150
    assert count_words([*templates, *list_product_files("app")]) == KEPT


def test_the_words_are_looked_for_in_what_people_read_alone(tmp_path: Path) -> None:
    template, module = tmp_path / "page.html", tmp_path / "module.py"
    template.write_text('{# « lettre » #}<a href="/lettres/x#lettres">Mes lettres</a> par texto {{ letters }}')
    module.write_text('"""Une lettre."""\nTITLE = "Lettre"  # texto\nTEXT = f"{3} Textos"\nPATH = "/textos/reponses"\n')

    assert list(read_words(template)) == ["lettres", "texto"]
    assert list(read_words(module)) == ["lettre", "textos"]
