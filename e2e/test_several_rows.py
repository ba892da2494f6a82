"""Two referents of one team and the rows of their list: one with scripts, one without."""

from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, expect

from e2e.people import Person

Sit = Callable[..., Person]


def box(page: Page, subject: str) -> Locator:
    return page.get_by_role("checkbox", name=subject, exact=True)


def row(page: Page, subject: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=subject, exact=True))


def test_what_one_takes_is_left_by_the_other_and_one_undoes(log_in_again: Sit, chromium: Browser) -> None:
    agent, julien = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    subjects = ["Rang un", "Rang deux", "Rang trois"]
    for subject in subjects:
        agent.send_case(subject=subject)
    bare = chromium.new_context(
        base_url=julien.page.url.split("/demandes")[0].rstrip("/"), locale="fr-FR", java_script_enabled=False
    )
    claire = Person(bare.new_page(), "responsable.caf.lot@exemple.fr")
    claire.log_in()
    for person in (julien, claire):
        person.page.goto("/demandes?vue=a-personne&tri=recentes")
    for subject in subjects[:2]:
        box(julien.page, subject).check()
    julien.page.get_by_role("button", name="Je m’en occupe").click()
    expect(julien.page.get_by_text("2 demandes sont à votre nom.")).to_be_visible()

    for subject in subjects[1:]:
        box(claire.page, subject).check()
    claire.page.get_by_role("button", name="Je m’en occupe").click()

    expect(claire.page.get_by_text("1 demande est à votre nom.")).to_be_visible()
    notice = claire.page.get_by_role("status").filter(has_text="Une demande reste comme avant")
    expect(notice.get_by_role("link", name=subjects[1])).to_be_visible()
    julien.page.get_by_role("button", name="Annuler").click()
    expect(julien.page.get_by_text("2 demandes sont comme avant.")).to_be_visible()
    expect(row(julien.page, subjects[1])).to_be_visible()
    expect(row(julien.page, subjects[2])).to_have_count(0)
    box(julien.page, subjects[0]).check()
    julien.page.get_by_role("checkbox", name="Tout cocher").check()
    expect(box(julien.page, subjects[1])).to_be_checked()
    julien.page.reload()
    expect(julien.page.get_by_text("2 demandes sont comme avant.")).to_have_count(0)
    bare.close()


def test_a_ticked_row_stays_ticked_when_it_changes_and_a_preview_reads_it(log_in_again: Sit) -> None:
    agent, julien = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject=(subject := "Rang à lire"))
    julien.page.goto("/demandes?vue=a-traiter&tri=recentes")
    box(julien.page, subject).check()
    agent.page.goto(case)
    agent.writes("Encore un mot.")
    expect(row(julien.page, subject)).to_contain_text("Carmen Vidal")
    expect(box(julien.page, subject)).to_be_checked()

    row(julien.page, subject).hover()
    julien.page.get_by_role("button", name=f"Aperçu : {subject}").click()

    panel = julien.page.get_by_role("region", name=subject)
    expect(panel.get_by_text("Encore un mot.")).to_be_visible()
    expect(row(julien.page, subject)).not_to_contain_text("Non lue")
    agent.sees_status("Consultée")
    julien.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    julien.page.get_by_role("link", name=subject, exact=True).focus()
    julien.page.keyboard.press("v")
    expect(panel).to_be_visible()
