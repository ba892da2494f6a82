"""More people on a case: colleagues from the start and later, a team of another area, an expert with a reason."""

from collections.abc import Callable

from e2e.people import Person

Sit = Callable[..., Person]


def test_a_colleague_a_team_from_elsewhere_and_an_expert_join(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    elsewhere, expert = (
        log_in_again("referent.caf.cher", javascript=with_scripts),
        log_in_again("expert", javascript=with_scripts),
    )
    before = [len(person.read_emails()) for person in (elsewhere, expert)]
    agent.drafts_until_check(last_name="Invités", subject="Des invités")
    agent.page.get_by_role("checkbox", name="Bastien Roques").check()
    agent.page.get_by_role("button", name="Envoyer ma demande").click()
    agent.reads_part_of_line("Collègue invité : Bastien Roques par Carmen Vidal")
    case = agent.page.url

    referent.page.goto(case)
    referent.opens_panel("Inviter un organisme")
    referent.page.get_by_role("combobox", name="Territoire").select_option("18")
    referent.page.get_by_role("button", name="Voir ses équipes").click()
    referent.page.get_by_role("combobox", name="Équipe à inviter").select_option("CAF du Cher")
    referent.page.get_by_role("textbox", name="Ce que vous attendez d’elle").fill("L’ancien dossier est chez vous.")
    referent.page.get_by_role("button", name="Inviter cette équipe").click()
    referent.reads_part_of_line("Équipe invitée : CAF du Cher par Julien Delmas")
    assert elsewhere.find_link(elsewhere.wait_for_email("Votre aide est demandée", after=before[0])) == case
    elsewhere.page.goto(case)
    elsewhere.reads("L’ancien dossier est chez vous.")

    agent.page.goto(case)
    agent.opens_panel("Inviter un expert")
    agent.page.get_by_role("textbox", name="Qu’est-ce qui bloque dans le dialogue ?").fill("Deux réponses contraires.")
    agent.page.get_by_role("button", name="Inviter l’équipe de la plateforme").click()
    agent.reads("Deux réponses contraires.")
    expert.wait_for_email("Votre aide est demandée", after=before[1])
    expert.page.goto(case)
    expert.writes("Voici comment avancer.")
    expert.closes("Le blocage est résolu autrement")
    agent.page.goto(case)
    agent.sees_status("Clôturée")
