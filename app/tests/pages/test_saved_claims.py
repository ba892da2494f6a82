"""« Gardé », « conservé » describe only what outlives the page: each use is listed with the reason why it is true.

A form must not say « Ce que vous avez saisi est gardé » of words that a closed tab loses.
"""

import re

from app.settings import ROOT

SAVED_WORDS = re.compile(
    r"[^\n<>\"]*\b(?:gardée?s?|conservée?s?|pas perdue?s?|rien n’est perdu)\b[^\n<>\"]*", re.IGNORECASE
)
JUSTIFIED = {
    "Ce que vous avez saisi est gardé dans ce navigateur": "once sealed: test_a_message_survives_a_closed_browser_…",
    "Message gardé : vous seul le retrouverez ici.": "once the server has answered 204",
    "Message gardé à part": "once the server has answered 202",
    "Un texte écrit depuis une autre page est gardé aussi": "the same answer",
    "Deux textes sont gardés": "rows of the server: form_save",
    "Un autre texte est gardé": "a row of the server: form_save",
    "Gardé le": "a row of the server",
    "deux choses seulement sont gardées": "ProConnect's hint and the digest of its sub, on the server",
    "est gardée, chiffrée": "the key of a second factor, on the server",
    "seul leur total est gardé": "the survey's sums",
    "Ce qui est gardé sur moi": "rows of the server: the account",
    "télécharge ce qui est gardé": "the same",
    "Chaque ligne est gardée un an": "the trail",
    "ces nombres sont gardés 30 jours": "rows of the server: attempt",
    "est gardé, chiffré, dans ce navigateur": "the same as the first",
}


def find_claims() -> set[str]:
    scripts = sorted((ROOT / "app/static").glob("*.js"))
    pages = sorted((ROOT / "app/components").rglob("*.html"))
    texts = [
        re.sub(r"^\s*//.*|\{#.*?#\}|\s//\s.*", "", path.read_text(), flags=re.MULTILINE) for path in [*scripts, *pages]
    ]
    return {found.strip() for text in texts for found in SAVED_WORDS.findall(text)}


def test_no_word_promises_more_than_is_done() -> None:
    unknown = [words for words in find_claims() if not any(true in words for true in JUSTIFIED)]

    assert not unknown, f"true even when the tab is closed? then list it here with why: {unknown}"


def test_the_list_names_nothing_that_is_gone() -> None:
    assert not [true for true in JUSTIFIED if not any(true in words for words in find_claims())]
