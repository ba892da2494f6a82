"""Every sentence of the agents' and the referents' practical sheets has the test that walks it.

STORY starts from an empty installation and goes by pages and emails alone.
"""

import re

from app.settings import ROOT

STORY = "test_every_role_and_both_sheets_are_reached_by_pages_and_emails_alone"
SENTENCES = {
    "un lien de connexion personnel, par mail": STORY,
    "valable 15 minutes": "test_a_quarter_of_an_hour_later_it_works_again",
    "le lien d’une demande demande d’abord de s’identifier": STORY,
    "« Nouvelle demande », mode guidé : catégorie, sujet, organismes ajoutés": STORY,
    "choisir soi-même les organismes": "test_asked_fields_want_an_answer_and_non_connu_is_one",
    "le mandat disponible en téléchargement": "test_the_blank_mandate_is_one_click_away_for_each_signed_in_person",
    "une année seule pour la date de naissance": STORY,
    "plusieurs champs du menu « autres »": "test_any_number_of_fields_is_added_and_taken_away",
    "un champ particulier, le numéro d’allocataire pour la Caf": STORY,
    "le blocage et son caractère urgent": STORY,
    "transmise automatiquement aux référents": STORY,
    "continuer le dialogue": STORY,
    "clore, et répondre anonymement au sondage": STORY,
    "Nouvelle, Consultée, Répondue, Clôturée": STORY,
    "bientôt supprimée": "test_six_months_after_closing_nothing_is_left_but_figures",
    "inviter un expert, par l’agent et par le référent": STORY,
    "l’équipe technique, ou votre contact local": "test_at_work_with_the_contact_that_a_supervisor_set",
    "demander des précisions, ou répondre par une phrase toute prête": "test_a_ready_phrase_goes_after_what_is_typed",
    "pas un blocage : la procédure habituelle": "test_non_pertinente_gives_the_procedure",
    "inviter d’autres organismes": "test_a_colleague_a_team_from_elsewhere_and_an_expert_join",
    "transférer à l’organisme compétent": "test_a_transfer_brings_the_competent_team_in_and_the_first_steps_out",
    "parler entre référents, sans l’agent": STORY,
    "annoncer que le blocage est levé": STORY,
    "et se le voir rappeler": "test_c_est_traite_and_nothing_more_is_reminded_of_then_closed",
}
"""Of the sheets, in short -> the test that walks it."""


def test_each_sentence_of_the_sheets_has_its_test() -> None:
    folders = ("app", "e2e")
    known = {
        name
        for folder in folders
        for path in (ROOT / folder).rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text())
    }
    assert set(SENTENCES.values()) <= known
