"""Each channel by which a line of a thread could reach a person."""

from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.tests.access_matrix.thread_visibility import WORD, Scene

_PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


async def shows_on_page(scene: Scene, who: str) -> bool:
    return WORD in (await scene.browsers[who].http.get(scene.path)).text


async def shows_in_whole_thread(scene: Scene, who: str) -> bool:
    """The printed page."""
    return WORD in (await scene.browsers[who].http.get(f"{scene.path}?fil=entier")).text


async def shows_in_older_lines(scene: Scene, who: str) -> bool:
    return WORD in (await scene.browsers[who].http.get(f"{scene.path}?fil=entier", headers=_PARTIAL)).text


async def shows_among_removals(scene: Scene, who: str) -> bool:
    """What may be taken away, or is asked to be."""
    return WORD in (await scene.browsers[who].http.get(f"{scene.path}/retraits")).text


async def shows_in_poll(scene: Scene, who: str) -> bool:
    """Whether the answer to « has anything changed? » differs at all."""
    shown = {"if-none-match": scene.etags[who]["case"]}
    answer = await scene.browsers[who].http.get(f"{scene.path}/nouvelles", headers=shown)
    assert answer.status_code in {200, 304, 404, 410} and (answer.status_code == 200) == (WORD in answer.text)
    return answer.status_code == 200


async def shows_in_preview(scene: Scene, who: str) -> bool:
    asked = await scene.browsers[who].http.get(f"{scene.path}/apercu", headers={"hx-request-type": "partial"})
    return WORD in asked.text


async def shows_in_stream(scene: Scene, who: str) -> bool:
    """From what the page already shows; stream._wait_for_signals is replaced, so that the stream ends."""
    shown = {"last-event-id": scene.etags[who]["case"].strip('"')}
    return WORD in (await scene.browsers[who].http.get(f"{scene.path}/flux", headers=shown)).text


async def changes_list_poll(scene: Scene, who: str) -> bool:
    shown = {"if-none-match": scene.etags[who]["list"]}
    return (await scene.browsers[who].http.get("/nouvelles", headers=shown)).status_code == 200


async def shows_in_list_stream(scene: Scene, who: str) -> bool:
    shown = {"last-event-id": scene.etags[who]["list"].strip('"')}
    return str(scene.case) in (await scene.browsers[who].http.get("/flux", headers=shown)).text


async def wakes_stream(scene: Scene, who: str) -> bool:
    (announced,) = scene.announcements
    return announced.is_visible_to(scene.people[who])


async def counts_as_unread(scene: Scene, who: str) -> bool:
    listed = (await list_cases(scene.people[who], Filters(), scene.now)).rows
    return any(line.unread for line in listed if line.id == scene.case)


async def is_found_by_search(scene: Scene, who: str) -> bool:
    return bool((await list_cases(scene.people[who], Filters(words=WORD), scene.now)).total)


async def can_download_attachment(scene: Scene, who: str) -> bool:
    return (await scene.browsers[who].http.get(f"/pieces/{scene.file}")).status_code == 200


async def shows_read_receipt(scene: Scene, who: str) -> bool:
    """« Lu par » under the line, on the writer’s own page, after Scene.take_charge_and_read()."""
    shown = await scene.writer.get(scene.path)
    (line,) = [line for line in shown.soup.select("#fil > li") if WORD in line.text]
    return any(scene.people[who].full_name in foot.text for foot in line.select(".message-foot"))


CHANNELS_BEFORE_READING = {
    "unread": counts_as_unread,
    "poll": shows_in_poll,
    "stream": shows_in_stream,
    "list poll": changes_list_poll,
    "list stream": shows_in_list_stream,
    "wake-up": wakes_stream,
}
CHANNELS_AT_ANY_TIME = {
    "page": shows_on_page,
    "whole thread": shows_in_whole_thread,
    "older lines": shows_in_older_lines,
    "preview": shows_in_preview,
    "removals": shows_among_removals,
    "search": is_found_by_search,
    "attachment": can_download_attachment,
    "read receipt": shows_read_receipt,
}
