"""Looks for lost input: saves of several pages in any order, closings between them, long pastes, a save that is
answered as stored although its form is gone.

Its tests: app/domain/cases/test_form_saves.py, app/domain/cases/thread/test_message_draft.py,
app/tests/pages/test_long_texts.py, app/routes/cases/test_two_pages.py, e2e/test_concurrent_saves.py, e2e/test_draft.py.
"""

import asyncio
import random
from collections import deque
from uuid import UUID, uuid4

from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.thread.message_draft import load_message_draft, load_other_message_drafts, save_message_draft
from app.domain.cases.thread.posting import post_message
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.tests.support.browser import BASE, Browser, Page
from app.tests.support.cases_fixtures import clear_rate_limits
from bench.hostile.inside import Platform, run_platform
from bench.hostile.table import report
from db.tables.thread import Message

STORIES, PAGES, SAVES = 200, 3, 4
LENGTHS = (5_000, 5_001, 53_300, 80_000)
"""Characters. The last one weighs 480,000 bytes encoded; a form may weigh 512 kB."""
STEPS = ("mode", "categorie", "sujet", "organismes", "usager", "blocage", "mandat")


def attack() -> int:
    return asyncio.run(_attacks())


async def _attacks() -> int:
    async with run_platform() as here:
        reached = {
            "saves of three pages, in any order": [await _story(here, seed) for seed in range(STORIES)],
            "long pastes": await _pastes(here),
            "saves answered as kept, which were not": await _late_saves(here),
        }
    return max(report(name, found) for name, found in reached.items())


async def _story(here: Platform, seed: int) -> str:
    """Opens pages together, so that none shows another’s input. Their saves arrive in any order, a colleague closes and
    reopens the case between them, and one page may send. Returns what is found nowhere at the end.
    """
    actor, case_id, draw = here.cast.agent_lot, await here.send_case(), random.Random(seed)  # noqa: S311  # repeatable
    pages = [str(uuid4()) for _ in range(PAGES)]
    arriving = [
        (page, number, f"Page {at}, {number}") for at, page in enumerate(pages) for number in range(1, SAVES + 1)
    ]
    draw.shuffle(arriving)
    last = {page: f"Page {at}, {SAVES}" for at, page in enumerate(pages)}
    waiting = deque(arriving)
    while waiting:
        page, number, body = waiting.popleft()
        if draw.random() < 0.2:
            await close(here.cast.colleague_lot, case_id, "solved", here.clock.now)
            await reopen(here.cast.colleague_lot, case_id, here.clock.now)
        await save_message_draft(
            actor,
            case_id,
            body,
            key=page,
            now=here.clock.advance(seconds=1),
            number=number,
            by_button=False,
        )
    if draw.random() < 0.5:
        await clear_rate_limits()
        await post_message(actor, case_id, last[pages[0]], key=pages[0], now=here.clock.now)
    there = await _there(here, case_id)
    return ", ".join(sorted(words for words in last.values() if words not in there))


async def _there(here: Platform, case_id: UUID) -> set[str]:
    """What the author finds: in the form, beside it, and in the thread."""
    actor = here.cast.agent_lot
    case = await load_visible_case(actor, case_id)
    sent = [row["body"] for row in await Message.select(Message.body).where(Message.case == case_id)]
    beside = [one.draft.body for one in await load_other_message_drafts(actor, case, "")]
    return {(await load_message_draft(actor, case)).body, *beside, *sent}


async def _pastes(here: Platform) -> list[str]:
    """By the page’s own save of a message and of a step, and by a message that is refused for its length."""
    agent, found = await here.sign_in(here.cast.agent_lot), []
    check = await fill_to_check(agent, await to_organisations(agent))
    step = check.path.replace("verification", "blocage")
    for length in LENGTHS:
        text, case = ("élève’ " * length)[:length].rstrip().ljust(length, "."), f"/demandes/{await here.send_case()}"
        page = await agent.get(case)
        await _save(agent, page, f"{case}/message-en-cours", "Envoyer le message", message=text)
        found.append("" if _field(await agent.get(case), "Votre message") == text else f"a message of {length}")
        page = await agent.press(await agent.get(case), "Envoyer le message", message=text)
        there = _field(page, "Votre message") == text if page.status == 422 else text in page.soup.get_text()
        found.append("" if there else f"a message of {length}, sent: {page.status}")
        await _save(agent, await agent.get(step), step, "Continuer", enregistrer="1", description=text)
        found.append("" if _field(await agent.get(step), "Description du blocage") == text else f"a step of {length}")
    return found


def _field(page: Page, label: str) -> str:
    return page.control(label).get_text().strip()


async def _save(browser: Browser, page: Page, address: str, button: str, **typed: str) -> int:
    """Posts as a script does: it sees a redirection and does not follow it."""
    hidden = page.form(button).find_all("input", type="hidden")
    own = {str(one["name"]): str(one.get("value", "")) for one in hidden}
    answer = await browser.http.post(
        address, data={**own, **typed}, headers={"origin": BASE}, follow_redirects=False, params={"fragment": "1"}
    )
    return answer.status_code


async def _late_saves(here: Platform) -> list[str]:
    """Saves each step of a draft that was sent elsewhere, a message that was sent, and a form of an ended session."""
    agent, found = await here.sign_in(here.cast.agent_lot), []
    check = await fill_to_check(agent, await to_organisations(agent))
    old = {step: await agent.get(check.path.replace("verification", step)) for step in STEPS}
    await clear_rate_limits()
    page = await agent.press(check, "Envoyer ma demande")
    assert page.shows_status("Nouvelle")
    for step, shown in old.items():
        found.append(
            _lost(step, await _save(agent, shown, shown.path, "Continuer", enregistrer="1", description="Tard"))
        )
    save = f"{page.path.split('?')[0]}/message-en-cours"
    await agent.press(page, "Envoyer le message", message="Parti")
    found.append(_lost("a message", await _save(agent, page, save, "Envoyer le message", message="Parti trop tard")))
    agent.http.cookies.clear()
    for shown, address, button in (
        (old["blocage"], old["blocage"].path, "Continuer"),
        (page, save, "Envoyer le message"),
    ):
        found.append(_lost("no session", await _save(agent, shown, address, button, enregistrer="1", message="Tard")))
    return found


def _lost(what: str, status: int) -> str:
    # below 400 the script shows « enregistré » or « gardé », or follows the redirection
    return "" if status >= 400 else f"{what}: {status}"
