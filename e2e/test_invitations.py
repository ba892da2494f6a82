"""More people on a case: colleagues from the start and later, a team of another territory, an expert with a reason."""

from collections.abc import Callable

from e2e.people import Person

Sit = Callable[..., Person]


def test_a_colleague_a_team_from_elsewhere_and_an_expert_join(at_desk: Sit, scripts: bool) -> None:
    agent, referent = at_desk("agent.lot", javascript=scripts), at_desk("referent.caf.lot", javascript=scripts)
    elsewhere, expert = at_desk("referent.caf.cher", javascript=scripts), at_desk("expert", javascript=scripts)
    before = [len(person.letters()) for person in (elsewhere, expert)]
    agent.draft_until_check(last_name="Invités", subject="Des invités")
    agent.page.get_by_role("checkbox", name="Bastien Roques").check()
    agent.page.get_by_role("button", name="Envoyer ma demande").click()
    agent.reads_in_passing("Collègue invité : Bastien Roques par Carmen Vidal")
    case = agent.page.url

    referent.page.goto(case)
    referent.opens("Inviter un organisme")
    referent.page.get_by_role("combobox", name="Territoire").select_option("18")
    referent.page.get_by_role("button", name="Voir ses équipes").click()
    referent.page.get_by_role("combobox", name="Équipe à inviter").select_option("CAF du Cher")
    referent.page.get_by_role("textbox", name="Ce que vous attendez d’elle").fill("L’ancien dossier est chez vous.")
    referent.page.get_by_role("button", name="Inviter cette équipe").click()
    referent.reads_in_passing("Équipe invitée : CAF du Cher par Julien Delmas")
    assert elsewhere.link_in(elsewhere.letter("Votre aide est demandée", after=before[0])) == case
    elsewhere.page.goto(case)
    elsewhere.reads("L’ancien dossier est chez vous.")

    agent.page.goto(case)
    agent.opens("Inviter un expert")
    agent.page.get_by_role("textbox", name="Qu’est-ce qui bloque dans le dialogue ?").fill("Deux réponses contraires.")
    agent.page.get_by_role("button", name="Inviter l’équipe de la plateforme").click()
    agent.reads("Deux réponses contraires.")
    expert.letter("Votre aide est demandée", after=before[1])
    expert.page.goto(case)
    expert.writes("Voici comment avancer.")
    expert.closes("Le blocage est résolu autrement")
    agent.page.goto(case)
    agent.sees_status("Clôturée")
