"""Notes between referents change nothing of what the platform says and does about a case without exchange."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.audience import TO_REFERENTS, Readership, build_team_readership
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.email.queue_email import EmailKind
from app.text import labels
from db.tables.cases import Case

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.cases_fixtures import NewCase
    from app.tests.support.fixtures import Clock

WORD = "Perroquet"
STEPS = (20, 39, 1, 1, 10, 3, 1)
"""Days between two notes: they are 20, 59, 60, 61, 71, 74 and 75 days after the answer."""


async def find_closed() -> dict[UUID, str]:
    rows = await Case.select(Case.id, Case.outcome).where(Case.status == "closed")
    return {row["id"]: row["outcome"] for row in rows}


@pytest.mark.parametrize("between", ["referents", "team"])
async def test_a_case_with_notes_and_one_without_are_reminded_of_and_closed_alike(
    between: str,
    cast: Cast,
    new_case: NewCase,
    clock: Clock,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
) -> None:
    caf = cast.referent_caf_lot
    readership: Readership = TO_REFERENTS if between == "referents" else build_team_readership(caf.seats[0].team_id)
    noted, silent = await new_case("CAF"), await new_case("CAF")
    for case_id in (noted, silent):
        await post_message(caf, case_id, "Je regarde", key=str(uuid4()), now=clock.now)
    await email_worker.deliver_due()
    read = {one: len(await email_folder.read(one.address)) for one in (cast.agent_lot, caf)}

    closed = []
    for days in STEPS:
        clock.advance(days=days)
        await post_internal_note(caf, noted, WORD, key=str(uuid4()), now=clock.now, readership=readership)
        await expire_inactive_cases(clock.now)
        await email_worker.deliver_due()
        closed.append(await find_closed())

    assert closed == [{}] * 6 + [dict.fromkeys((noted, silent), "silent")]
    for actor, count in read.items():
        letters = (await email_folder.read(actor.address))[count:]
        reminders = [one for one in letters if one.subject.startswith("Bientôt close")]
        said = {case_id: [one.text for one in letters if str(case_id) in one.text] for case_id in (noted, silent)}
        assert len(reminders) == 2 and all(labels.EMAIL_SENTENCE[EmailKind.INACTIVE] in one.text for one in reminders)
        assert "ersonne n’" not in " ".join(one.text for one in letters)
        assert mask_case(said[noted], noted) == mask_case(said[silent], silent)


def mask_case(letters: list[str], case_id: UUID) -> list[str]:
    """Without the id and the number of the case."""
    return [re.sub(r"\d{4}-\d{4}", "…", one.replace(str(case_id), "…")) for one in letters]
