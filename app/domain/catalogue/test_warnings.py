"""Slips are noticed, unusual truths are accepted. The numbers are invented, their keys computed by INSEE’s rule."""

import pytest

from app.domain.catalogue.warnings import find_warning, has_nir

NIR, CAF = "Numéro de sécurité sociale", "Numéro d’allocataire CAF"


@pytest.mark.parametrize(
    ("label", "value", "doubtful"),
    [
        (NIR, "2 57 03 46 042 118 64", False),
        (NIR, "257034604211864", False),
        (NIR, "257034604211865", True),
        (NIR, "2570346042118", False),
        (NIR, "2570346", True),
        (NIR, "1 60 05 2A 004 012 34", False),
        (NIR, "beaucoup", True),
        (NIR, "", False),
        (CAF, "1234567", False),
        (CAF, "1234567 a", False),
        (CAF, "A1234567", True),
        (CAF, "12345", True),
        ("Numéro fiscal", "n’importe quoi", False),
    ],
)
def test_a_field_s_doubt(label: str, value: str, doubtful: bool) -> None:
    assert bool(find_warning(label, value)) is doubtful


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Son numéro : 2 57 03 46 042 118 64, merci.", True),
        ("257034604211864", True),
        ("Dossier 257034604211865 du 3 mars", False),
        ("Appelez le 05 65 00 00 00 avant le 12 11 2026", False),
        ("", False),
    ],
)
def test_a_number_pasted_in_a_free_text(text: str, held: bool) -> None:
    assert has_nir(text) is held
