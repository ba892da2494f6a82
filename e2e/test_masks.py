"""Masks hide what differs between two runs of one tree, and nothing else."""

from e2e.masks import mask

_CASE = "3f0c9a52-7f3e-4c58-9a51-0b6c1f3e2d10"
_OTHER = "81d1b7a4-20f5-4a0e-8d6c-5a4d8a3c9e77"


def test_ids_are_numbered_so_that_two_that_change_places_show() -> None:
    assert mask(f"{_CASE} {_OTHER} {_CASE}") == "[id 1] [id 2] [id 1]"
    assert mask(f"{_CASE} {_OTHER} {_OTHER}") != mask(f"{_CASE} {_OTHER} {_CASE}")


def test_moments_digests_and_addresses_are_masked() -> None:
    assert mask("le 3 mars 2026 à 9 h 05, jusqu’à 18 h 30") == "le [date], jusqu’à [date]"
    assert mask('href="/s/app.0e3c1c.css"') == 'href="/s/app.[digest].css"'
    assert mask("http://127.0.0.1:41873/login") == "[site]/login"


def test_words_and_row_numbers_stay() -> None:
    said = '<a href="/equipes/534/membres?depuis=lundi">Étape 2 sur 7, façade, 06 39 98 12 34</a>'
    assert mask(said) == said
