"""A folded thread: its last lines, every unread line, and nothing that the reader may not see."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.opening import OpenedCase
from app.domain.cases.page.load import CasePage, CasePageUpdate, load_case_page, load_case_page_update
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.entries import RECENT_COUNT, Entry
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.tests.support.cases_fixtures import open_and_read_case


async def write(actor: Actor, case_id: UUID, now: datetime, count: int, words: str = "Message") -> None:
    for number in range(count):
        await post_message(actor, case_id, f"{words} {number}", key=str(uuid4()), now=now)


async def sheet(actor: Actor, case_id: UUID, now: datetime, after: int | None = None) -> CasePage:
    return await load_case_page(actor, OpenedCase(await load_visible_case(actor, case_id)), now, after=after)


async def novelty(actor: Actor, case_id: UUID, after: int, now: datetime) -> CasePageUpdate:
    return await load_case_page_update(actor, OpenedCase(await load_visible_case(actor, case_id)), after, now)


def said(entries: list[Entry]) -> list[str]:
    return [entry.body for entry in entries if entry.is_message]


async def test_what_is_read_is_folded_to_the_last_lines(cast: Cast, case_id: UUID, now: datetime) -> None:
    await write(cast.agent_lot, case_id, now, RECENT_COUNT - 1)
    assert (await sheet(cast.agent_lot, case_id, now)).older_count == 0

    await write(cast.agent_lot, case_id, now, 3, "Encore")
    folded, whole = await sheet(cast.agent_lot, case_id, now), await sheet(cast.agent_lot, case_id, now, after=0)
    assert folded.older_count == 3 and whole.older_count == 0
    first, *others = whole.entries[3:]
    assert folded.entries == [replace(first, continued=False), *others] and len(folded.entries) == RECENT_COUNT
    assert first.continued and all(entry.continued for entry in others), "the first line shown has its head"


async def test_what_the_viewer_has_not_read_is_never_folded(cast: Cast, case_id: UUID, now: datetime) -> None:
    await write(cast.agent_lot, case_id, now, 3)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await write(cast.agent_lot, case_id, now, RECENT_COUNT + 5, "Après")

    shown = await sheet(cast.referent_caf_lot, case_id, now)
    assert said(shown.entries) == [f"Après {number}" for number in range(RECENT_COUNT + 5)]
    assert shown.older_count == 5, "the sending, three messages, the opening"
    never = await sheet(cast.colleague_lot, case_id, now)
    assert never.older_count == 0 and len(never.entries) == RECENT_COUNT + 10
    assert len((await sheet(cast.agent_lot, case_id, now)).entries) == RECENT_COUNT


async def test_a_correction_is_no_line_and_changes_the_one_of_its_message(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await write(cast.agent_lot, case_id, now, RECENT_COUNT + 2)
    whole = await sheet(cast.agent_lot, case_id, now, after=0)
    first, second = whole.entries[1], whole.entries[2]
    assert first.message_id and second.message_id and whole.editable_messages >= {first.message_id, second.message_id}
    before = whole.entries[-1].event_id
    await correct(cast.agent_lot, case_id, first.message_id, "Corrigé", now)
    await withdraw_message(cast.agent_lot, case_id, second.message_id, now)

    folded = await sheet(cast.agent_lot, case_id, now)
    assert folded.older_count == 3 and len([entry for entry in folded.entries if entry.is_message]) == RECENT_COUNT
    new = await novelty(cast.agent_lot, case_id, before, now)
    assert [entry.kind for entry in new.entries] == ["corrected", "retracted"]
    assert [(entry.event_id, entry.body) for entry in new.changed_entries] == [
        (first.event_id, "Corrigé"),
        (second.event_id, ""),
    ]
    assert new.editable_messages == {first.message_id}
    assert (await novelty(cast.agent_lot, case_id, before + 1, now)).changed_entries == new.changed_entries[1:]


async def test_lines_between_referents_are_neither_shown_nor_counted(cast: Cast, case_id: UUID, now: datetime) -> None:
    for _ in range(RECENT_COUNT):
        await post_internal_note(cast.referent_caf_lot, case_id, "Entre nous", key=str(uuid4()), now=now)
    await write(cast.agent_lot, case_id, now, 2)

    shown = await sheet(cast.agent_lot, case_id, now)
    assert shown.older_count == 0 and said(shown.entries) == ["Message 0", "Message 1"]
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    shown = await sheet(cast.referent_msa_lot, case_id, now)
    assert shown.older_count == 4 and said(shown.entries).count("Entre nous") == RECENT_COUNT - 3
