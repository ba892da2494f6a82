"""Tries to read what is private: an internal note sent with an answer or by any channel; photo metadata; a survey
answer linked to its person by the log; a demonstration’s mailbox from another machine.

Its tests: app/tests/pages/test_conflicting_controls.py, app/tests/access_matrix/test_thread_visibility.py,
app/routes/cases/test_photos.py, app/tests/security/test_survey_log.py, app/tests/security/test_open_demo.py.
"""

import asyncio
import io
import logging
from itertools import product

from PIL import Image

from app.domain.audience import Audience
from app.routes.cases.test_attachments import downloads
from app.routes.cases.test_photos import PHOTOS, by_script
from app.routes.live import stream
from app.tests.access_matrix.thread_channels import CHANNELS_AT_ANY_TIME, CHANNELS_BEFORE_READING
from app.tests.access_matrix.thread_visibility import READABLE_AUDIENCES, build_scene
from app.tests.access_matrix.world import end_stream
from app.tests.security.test_open_demo import DEMO_PATHS, SUSPECT_HEADERS, send_from_peer
from app.tests.security.test_survey_log import check_no_author_is_found, create_six_cases, play_afternoon
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.photos import GPS, find_leaks
from app.tests.support.sqlite_log import disable_checkpoints, read_all_rows, replay_commits
from bench.hostile.inside import Platform, run_platform
from bench.hostile.table import report
from db.tables.email import Email
from db.tables.thread import Message

NOTE = "Entre nous, zibeline."
ANSWERS = ("C’est traité", "Non pertinente")
FAR = ("", "192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "/run/aplus.sock")


def attack() -> int:
    logging.disable(logging.ERROR)  # the end of a stream is logged
    return asyncio.run(_attacks())


async def _attacks() -> int:
    stream._wait_for_signals = end_stream  # a stream ends after its first content
    async with run_platform() as here:
        reached = {
            "an internal note sent with an answer": await _notes_with_an_answer(here),
            "an internal note, by each channel": await _notes_by_channel(here),
            "photos that say where and by whom": await _photos(here),
            "pages of a demonstration, from elsewhere": await _from_elsewhere(here),
        }
    async with run_platform() as here:
        reached["survey answers joined by the log"] = await _survey(here)
    return max(report(name, found) for name, found in reached.items())


async def _notes_with_an_answer(here: Platform) -> list[str]:
    """With and without a file: by the button, by the question after it, and by a form that claims it was asked."""
    referent, agent = await here.sign_in(here.cast.referent_caf_lot), await here.sign_in(here.cast.agent_lot)
    found = []
    for answer, chosen, how in product(ANSWERS, ([], [("zibeline.pdf", PDF)]), ("pressed", "confirmed", "forged")):
        path, ticked = f"/demandes/{await here.send_case()}", {"entre-referents": "oui"}
        page, before = await referent.get(path), (await Message.count(), await Email.count())
        if how == "confirmed":
            page = await referent.press(page, answer, message=NOTE)
        label = f"Confirmer « {answer} »" if how == "confirmed" else answer
        said = {"confirmer": "oui"} if how == "forged" else {}
        await referent.press_with(chosen, page, label, message=NOTE, **ticked, **said)
        seen = (await agent.get(path)).text
        left = (await Message.count(), await Email.count()) != before or "zibeline" in seen.lower()
        found.append(f"{answer}, {how}, {len(chosen)} file" if left else "")
    return found


async def _notes_by_channel(here: Platform) -> list[str]:
    """Each channel of the access matrix, for each person who may not read internal notes."""
    scene = await build_scene(here.cast, here.sign_in, here.clock.now)
    out = [who for who, audiences in READABLE_AUDIENCES.items() if Audience.INTERNAL not in audiences]
    await scene.open_pages()
    await scene.post_line(Audience.INTERNAL, here.files)
    assert all([await ask(scene, "referent") for ask in CHANNELS_BEFORE_READING.values()])
    found = [
        f"{name}, {who}" if await ask(scene, who) else ""
        for name, ask in CHANNELS_BEFORE_READING.items()
        for who in out
    ]
    await scene.take_charge_and_read()
    assert all([await ask(scene, "referent") for ask in CHANNELS_AT_ANY_TIME.values()])
    return [
        *found,
        *[
            f"{name}, {who}" if await ask(scene, who) else ""
            for name, ask in CHANNELS_AT_ANY_TIME.items()
            for who in out
        ],
    ]


async def _photos(here: Platform) -> list[str]:
    """Each kind of image, uploaded by script and by form, as the other side downloads it."""
    agent, referent = await here.sign_in(here.cast.agent_lot), await here.sign_in(here.cast.referent_caf_lot)
    case_id, chosen = await here.send_case(), [(name, made()) for name, made in PHOTOS.items()]
    assert all(find_leaks(content) for _, content in chosen)
    path = f"/demandes/{case_id}"
    for name, content in chosen:
        assert "reçu" in await by_script(agent, case_id, name, content)
    for files in ([], chosen):
        page = await agent.press_with(files, await agent.get(path), "Envoyer le message", message="Voici.")
        assert page.status == 200
    addresses = downloads(await referent.get(path))
    assert len(addresses) == 2 * len(PHOTOS)
    return [_says((await referent.http.get(address)).content) for address in addresses]


def _says(content: bytes) -> str:
    with Image.open(io.BytesIO(content)) as image:
        where = dict(image.getexif().get_ifd(GPS))
    return f"{find_leaks(content)} {where}" if find_leaks(content) or where else ""


async def _from_elsewhere(here: Platform) -> list[str]:
    """From another machine, or from this one through a proxy, with each of its headers, and by HTTP/1.0."""
    ways = [(peer, "1.1", "") for peer in FAR] + [("127.0.0.1", "1.0", "")]
    ways += [("127.0.0.1", "1.1", mark) for mark in SUSPECT_HEADERS]
    found = []
    for peer, version, mark in ways:
        async with send_from_peer(here.application, peer, version) as http:
            for path in DEMO_PATHS:
                status = (await http.get(path, headers={mark: "127.0.0.1"} if mark else {})).status_code
                found.append("" if status == 404 else f"{path} from {peer} {mark}: {status}")
    return found


async def _survey(here: Platform) -> list[str]:
    """Six people close a case and answer, one a minute; a thief has every state of the log, and the keys."""

    async def look() -> None: ...

    cases = await create_six_cases(here.cast, here.clock.now)
    await disable_checkpoints()
    await play_afternoon(cases, here.clock, look)
    try:
        check_no_author_is_found([read_all_rows(file) for file in replay_commits(here.base)], cases)
    except AssertionError as found:
        return [f"{found}"] * len(cases)
    return [""] * len(cases)
