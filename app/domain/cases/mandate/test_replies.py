"""Which answers are a mandate, and what a later one changes."""

from datetime import UTC, datetime

import pytest

from app.domain.cases.mandate.replies import Meaning, Reply, decisive, meaning_of

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        ("OUI", Meaning.YES),
        ("oui.", Meaning.YES),
        ("Oui je suis d'accord", Meaning.YES),
        ("Oui je suis d’accord", Meaning.YES),
        (" « OUI » !", Meaning.YES),
        ("Oui oui, merci à vous", Meaning.YES),
        ("NON", Meaning.NO),
        ("non merci", Meaning.NO),
        ("STOP", Meaning.NO),
        ("Stop.", Meaning.NO),
        ("Arrêtez", Meaning.UNCLEAR),
        ("arrêt", Meaning.NO),
        ("Oui mais pas mon numéro de sécurité sociale", Meaning.UNCLEAR),
        ("Oui ?", Meaning.UNCLEAR),
        ("oui je ne veux pas", Meaning.UNCLEAR),
        ("je dis oui", Meaning.UNCLEAR),
        ("ouistiti", Meaning.UNCLEAR),
        # shared/field/F45-reponses-sms.txt, in its order, and their kind
        ("oui pas de problème", Meaning.YES),
        ("Oui sans souci", Meaning.YES),
        ("Bonjour oui", Meaning.YES),
        ("Ouii", Meaning.YES),
        ("D'accord", Meaning.YES),
        ("J'accepte", Meaning.YES),
        ("J’accepte.", Meaning.YES),
        ("d’accord merci", Meaning.YES),
        ("OUIIII !!", Meaning.YES),
        ("Bonjour, oui, il n'y a pas de souci", Meaning.YES),
        ("Bonjour Madame, j'accepte", Meaning.YES),
        ("Je suis d'accord", Meaning.YES),
        ("ok", Meaning.YES),
        ("oui mais non", Meaning.UNCLEAR),
        ("je ne dis pas oui", Meaning.UNCLEAR),
        ("oui pas de problème mais pas mon numéro", Meaning.UNCLEAR),
        ("oui sans mon numéro", Meaning.UNCLEAR),
        ("Oui pas maintenant", Meaning.UNCLEAR),
        ("Oui peut-être", Meaning.UNCLEAR),
        ("Pas d'accord", Meaning.UNCLEAR),
        ("Je n'accepte pas", Meaning.UNCLEAR),
        ("sans souci", Meaning.UNCLEAR),
        ("d'accord ?", Meaning.UNCLEAR),
        ("oui stop", Meaning.UNCLEAR),
        ("Bonjour non", Meaning.NO),
        ("stop", Meaning.NO),
        ("ARRET", Meaning.NO),
        ("ARRÊT", Meaning.NO),
        ("STOP SMS", Meaning.NO),
        ("« STOP »", Meaning.NO),
        ("Bonjour", Meaning.UNCLEAR),
        ("Qui êtes-vous ?", Meaning.UNCLEAR),
        ("", Meaning.UNCLEAR),
        ("👍", Meaning.UNCLEAR),
    ],
)
def test_an_answer_means(body: str, meaning: Meaning) -> None:
    assert meaning_of(body) == meaning


@pytest.mark.parametrize(
    ("bodies", "meaning"),
    [
        (["OUI", "merci"], Meaning.YES),
        (["OUI", "STOP"], Meaning.NO),
        (["NON", "oui"], Meaning.YES),
        (["Qui êtes-vous ?", "OUI"], Meaning.YES),
        (["Qui êtes-vous ?", "Allô"], Meaning.UNCLEAR),
    ],
)
def test_the_last_clear_answer_decides(bodies: list[str], meaning: Meaning) -> None:
    decision = decisive(Reply(body, AT) for body in bodies)
    assert decision is not None and decision.meaning == meaning


def test_nothing_came() -> None:
    assert decisive([]) is None
