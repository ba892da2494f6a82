"""One text is one mailbox: additions of programs are removed, the rest is an exact address or is refused."""

from time import process_time

import pytest

from app.domain.accounts.address import Mailbox, normalize_address, parse_address, remove_address_tag
from app.domain.errors import Invalid

ZWSP, BOM, NBSP, SOFT = "\u200b", "\ufeff", "\u00a0", "\u00ad"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        # shared/field/F04-adresses.txt, in its order
        (f"{ZWSP}zwsp.test@exemple.fr", "zwsp.test@exemple.fr"),
        ("mailto:mailto.test@exemple.fr", "mailto.test@exemple.fr"),
        ("Marc <mailto:marc.test@exemple.fr>", "marc.test@exemple.fr"),
        (f"{BOM}bom.test@exemple.fr", "bom.test@exemple.fr"),
        (f"fin.test@exemple.fr{ZWSP}", "fin.test@exemple.fr"),
        # similar ones
        (f"{NBSP}Marie@Exemple.FR{NBSP}\r\n", "marie@exemple.fr"),
        (f"ma{SOFT}rie@exe{SOFT}mple.fr", "marie@exemple.fr"),
        ("« marie@exemple.fr »,", "marie@exemple.fr"),
        ('"marie@exemple.fr" <marie@exemple.fr>;', "marie@exemple.fr"),
        ("MAILTO:marie@exemple.fr.", "marie@exemple.fr"),
        ("(marie@exemple.fr)", "marie@exemple.fr"),
        ("marie@exemple.fr [MAILTO:marie@exemple.fr];", "marie@exemple.fr"),
        ("D'Alès, Marie <m.d'ales+caf@exemple.fr>", "m.d'ales+caf@exemple.fr"),
        ("marie@préfecture.exemple.fr", "marie@xn--prfecture-c4a.exemple.fr"),
        ("marie@XN--PRFECTURE-C4A.exemple.fr", "marie@xn--prfecture-c4a.exemple.fr"),
        ("marie@exemple。fr", "marie@exemple.fr"),
        ("mailto:marie@exemple.fr?subject=Bonjour&body=a@b.fr", "marie@exemple.fr"),
        ("mailto: marie@exemple.fr", "marie@exemple.fr"),
        ("marie@exemple.fr (Marie D’Alès)", "marie@exemple.fr"),
        ("marie@exemple.fr (Marie) ;", "marie@exemple.fr"),
        ("Marie [mailto:marie@exemple.fr]", "marie@exemple.fr"),
        ("[mailto:marie@exemple.fr?subject=x] ;", "marie@exemple.fr"),
        ("<mailto: marie@exemple.fr>", "marie@exemple.fr"),
        ("marie＠exemple.fr", "marie@exemple.fr"),
    ],
)
def test_what_programs_add_is_taken_away(typed: str, read: str) -> None:
    assert parse_address(typed) == read
    assert parse_address(read) == read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        # shared/field/F04-adresses.txt
        ("hélène.martin@exemple.fr", "Est-ce helene.martin@exemple.fr ?"),
        ("a@b..fr", "ce qui suit le @"),
        ("a..b@exemple.fr", "Vérifiez les points"),
        (".a@exemple.fr", "Vérifiez les points"),
        # what a mail program or a server reads otherwise
        ("victim(2)@exemple.fr", "Retirez « ( »"),
        ("1,victim@exemple.fr", "Retirez « , »"),
        ("x:victim@exemple.fr", "Retirez « : »"),
        ("x:victim@exemple.fr;", "Retirez « : »"),
        ("x;victim@exemple.fr", "Retirez « ; »"),
        ("victim@exemple.fr(2)", "ce qui suit le @"),
        ("victim@(2)exemple.fr", "ce qui suit le @"),
        ("victim@[127.0.0.1]", "ce qui suit le @"),
        ("victim@127.0.0.1", "ce qui suit le @"),
        ("victim@localhost", "ce qui suit le @"),
        ("victim@serveur.local", "ce qui suit le @"),
        ('"vic tim"@exemple.fr', "Retirez l’espace"),
        ('a"b"@exemple.fr', 'Retirez « " »'),
        ("vic\\tim@exemple.fr", "Retirez « \\ »"),
        ("victim%exemple.fr@autre.fr", "Retirez « % »"),
        ("exemple.fr!victim@autre.fr", "Retirez « ! »"),
        ("|victim@exemple.fr", "Retirez « | »"),
        ("@relais.fr:victim@exemple.fr", "une seule adresse"),
        ("a@exemple.fr, b@exemple.fr", "une seule adresse"),
        ("a@exemple.fr <b@exemple.fr>", "une seule adresse"),
        ("a@exemple.fr [mailto:b@exemple.fr]", "une seule adresse"),
        ("mailto:a@exemple.fr,b@exemple.fr?cc=c@exemple.fr", "une seule adresse"),
        ("a@exemple.fr (b@exemple.fr)", "une seule adresse"),
        ("a@exemple.fr [mailto:b@exemple.fr]", "une seule adresse"),
        ("mailto:a@exemple.fr,b@exemple.fr?subject=x", "une seule adresse"),
        ("a＠exemple.fr@autre.fr", "une seule adresse"),
        ("a?b@exemple.fr (x) (y)", "ce qui suit le @"),
        ("a@exemple.fr\r\nRCPT TO:<b@exemple.fr>", "une seule adresse"),
        ("a\0b@exemple.fr", "caractère invisible"),
        ("\ud83d@exemple.fr", "sans accent"),
        ("Кирилл@exemple.fr", "sans accent"),
        ("K\u212a@exemple.fr", "Est-ce kk@exemple.fr ?"),
        (f"{'a' * 65}@exemple.fr", "trop longue"),
        (f"a@{'b' * 250}.fr", "trop longue"),
        (f"a@{'b' * 64}.fr", "ce qui suit le @"),
        ("", "adresse complète"),
        ("marie", "adresse complète"),
        ("@exemple.fr", "adresse complète"),
        ("marie@", "adresse complète"),
    ],
)
def test_the_rest_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_address(typed)

    assert said in refused.value.fields["adresse"]


@pytest.mark.parametrize("typed", ["@" * 50_000, f"mailto:{' ' * 50_000}x", f"a@b{' ' * 50_000}x", "[mailto:" * 9_000])
def test_a_long_text_is_refused_at_once(typed: str) -> None:
    began = process_time()
    with pytest.raises(Invalid):
        parse_address(typed)
    assert process_time() - began < 0.5


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("marie@exemple.fr", "marie@exemple.fr"),
        ("marie+caf@exemple.fr", "marie@exemple.fr"),
        ("marie+a+b@exemple.fr", "marie@exemple.fr"),
        ("+caf@exemple.fr", "+caf@exemple.fr"),
        ("jean.martin@exemple.fr", "jean.martin@exemple.fr"),
    ],
)
def test_limits_count_the_mailbox_that_a_tag_names(address: str, counted: str) -> None:
    assert remove_address_tag(Mailbox(address)) == counted


def test_an_account_older_than_the_reader_is_found_as_it_was_typed() -> None:
    assert normalize_address(" Hélène@exemple.fr") == "hélène@exemple.fr"
    assert normalize_address("mailto:Marie@exemple.fr") == "marie@exemple.fr"
