"""Which replies are a mandate, and what a later one changes."""

from datetime import UTC, datetime

import pytest

from app.domain.cases.mandate.replies import Reply, ReplyMeaning, find_decisive_reply, parse_meaning

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        ("OUI", ReplyMeaning.YES),
        ("oui.", ReplyMeaning.YES),
        ("Oui je suis d'accord", ReplyMeaning.YES),
        ("Oui je suis d’accord", ReplyMeaning.YES),
        (" « OUI » !", ReplyMeaning.YES),
        ("Oui oui, merci à vous", ReplyMeaning.YES),
        ("NON", ReplyMeaning.NO),
        ("non merci", ReplyMeaning.NO),
        ("STOP", ReplyMeaning.NO),
        ("Stop.", ReplyMeaning.NO),
        ("Arrêtez", ReplyMeaning.UNCLEAR),
        ("arrêt", ReplyMeaning.NO),
        ("Oui mais pas mon numéro de sécurité sociale", ReplyMeaning.UNCLEAR),
        ("Oui ?", ReplyMeaning.UNCLEAR),
        ("oui je ne veux pas", ReplyMeaning.UNCLEAR),
        ("je dis oui", ReplyMeaning.UNCLEAR),
        ("ouistiti", ReplyMeaning.UNCLEAR),
        # shared/field/F45-reponses-sms.txt, in its order, and similar ones
        ("oui pas de problème", ReplyMeaning.YES),
        ("Oui sans souci", ReplyMeaning.YES),
        ("Bonjour oui", ReplyMeaning.YES),
        ("Ouii", ReplyMeaning.YES),
        ("D'accord", ReplyMeaning.YES),
        ("J'accepte", ReplyMeaning.YES),
        ("J’accepte.", ReplyMeaning.YES),
        ("d’accord merci", ReplyMeaning.YES),
        ("OUIIII !!", ReplyMeaning.YES),
        ("Bonjour, oui, il n'y a pas de souci", ReplyMeaning.YES),
        ("Bonjour Madame, j'accepte", ReplyMeaning.YES),
        ("Je suis d'accord", ReplyMeaning.YES),
        ("ok", ReplyMeaning.YES),
        ("oui mais non", ReplyMeaning.UNCLEAR),
        ("je ne dis pas oui", ReplyMeaning.UNCLEAR),
        ("oui pas de problème mais pas mon numéro", ReplyMeaning.UNCLEAR),
        ("oui sans mon numéro", ReplyMeaning.UNCLEAR),
        ("Oui pas maintenant", ReplyMeaning.UNCLEAR),
        ("Oui peut-être", ReplyMeaning.UNCLEAR),
        ("Pas d'accord", ReplyMeaning.UNCLEAR),
        ("Je n'accepte pas", ReplyMeaning.UNCLEAR),
        ("sans souci", ReplyMeaning.UNCLEAR),
        ("d'accord ?", ReplyMeaning.UNCLEAR),
        ("oui stop", ReplyMeaning.UNCLEAR),
        ("Bonjour non", ReplyMeaning.NO),
        ("stop", ReplyMeaning.NO),
        ("ARRET", ReplyMeaning.NO),
        ("ARRÊT", ReplyMeaning.NO),
        ("STOP SMS", ReplyMeaning.NO),
        ("« STOP »", ReplyMeaning.NO),
        ("Bonjour", ReplyMeaning.UNCLEAR),
        ("Qui êtes-vous ?", ReplyMeaning.UNCLEAR),
        ("", ReplyMeaning.UNCLEAR),
        ("👍", ReplyMeaning.UNCLEAR),
    ],
)
def test_an_answer_means(body: str, meaning: ReplyMeaning) -> None:
    assert parse_meaning(body) == meaning


@pytest.mark.parametrize(
    ("bodies", "meaning"),
    [
        (["OUI", "merci"], ReplyMeaning.YES),
        (["OUI", "STOP"], ReplyMeaning.NO),
        (["NON", "oui"], ReplyMeaning.YES),
        (["Qui êtes-vous ?", "OUI"], ReplyMeaning.YES),
        (["Qui êtes-vous ?", "Allô"], ReplyMeaning.UNCLEAR),
    ],
)
def test_the_last_clear_answer_decides(bodies: list[str], meaning: ReplyMeaning) -> None:
    decision = find_decisive_reply(Reply(body, AT) for body in bodies)
    assert decision is not None and decision.meaning == meaning


def test_nothing_came() -> None:
    assert find_decisive_reply([]) is None
