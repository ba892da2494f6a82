"""A line of the thread reaches those who may read it, by every channel, and nothing of it reaches the others.

Every relation × audience × channel: page, print, older lines, stream, poll, list, search, file, read receipt, wake-up,
email, digest. All use one right, app/domain/cases/permissions.py. Source: features.md S3, S5; security.md T06.
"""

from __future__ import annotations

import mailbox
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.audience import Audience
from app.domain.cases.access import load_visible_case
from app.domain.cases.permissions import Relation, find_relations, list_teams_read_apart, may_read, may_read_audience
from app.domain.email.preferences import change_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.domain.errors import NotFound
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.gateways.files.store import EncryptedFileStore
from app.routes.live import stream
from app.tests.access_matrix.documented_rights import COLUMNS, read_audiences_in_code, read_audiences_in_docs
from app.tests.access_matrix.thread_channels import CHANNELS_AT_ANY_TIME, CHANNELS_BEFORE_READING
from app.tests.access_matrix.thread_visibility import (
    READABLE_AUDIENCES,
    Scene,
    SignIn,
    add_to_teams,
    build_scene,
)
from app.tests.access_matrix.world import end_stream
from db.tables.email import Email
from db.tables.members import Membership

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

REFERENTS = {who for who, audiences in READABLE_AUDIENCES.items() if Audience.INTERNAL in audiences}
TEAM = {who for who, audiences in READABLE_AUDIENCES.items() if Audience.TEAM in audiences}
AGENTS_SIDE = {"author", "expert", "expert with a seat"}


@pytest.fixture
async def scene(cast: Cast, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(stream, "_wait_for_signals", end_stream)
    return await build_scene(cast, sign_in, clock.now)


@pytest.mark.parametrize("audience", Audience)
async def test_every_channel_brings_a_line_to_those_who_may_read_it_and_to_no_other(
    scene: Scene, files: EncryptedFileStore, audience: Audience
) -> None:
    await scene.open_pages()
    await scene.post_line(audience, files)

    reached = {
        name: {who for who in scene.people if await asks(scene, who)} for name, asks in CHANNELS_BEFORE_READING.items()
    }
    await scene.take_charge_and_read()
    reached |= {
        name: {who for who in scene.people if await asks(scene, who)} for name, asks in CHANNELS_AT_ANY_TIME.items()
    }

    readers = {who for who, audiences in READABLE_AUDIENCES.items() if audience in audiences}
    assert reached == dict.fromkeys({**CHANNELS_BEFORE_READING, **CHANNELS_AT_ANY_TIME}, readers)


@pytest.mark.parametrize("times", [EmailFrequency.AT_ONCE, EmailFrequency.TWICE])
@pytest.mark.parametrize("audience", Audience)
async def test_a_letter_is_for_those_who_may_read_what_it_is_about(
    scene: Scene,
    files: EncryptedFileStore,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
    clock: Clock,
    audience: Audience,
    times: EmailFrequency,
) -> None:
    await _discard_past_emails(scene, email_worker, email_folder, clock, times)
    await scene.post_line(audience, files)
    clock.advance(hours=2)
    await email_worker.deliver_due()

    expected = {Audience.ALL: AGENTS_SIDE, Audience.INTERNAL: REFERENTS, Audience.TEAM: TEAM}[audience]
    assert _receivers(scene, email_folder) == expected and expected <= {
        who for who in READABLE_AUDIENCES if audience in READABLE_AUDIENCES[who]
    }


@pytest.mark.parametrize("times", [EmailFrequency.AT_ONCE, EmailFrequency.TWICE])
async def test_the_right_is_asked_again_when_the_letter_leaves(
    scene: Scene,
    files: EncryptedFileStore,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
    clock: Clock,
    times: EmailFrequency,
) -> None:
    """In the meantime one referent has joined the author’s team, and one has left theirs."""
    await _discard_past_emails(scene, email_worker, email_folder, clock, times)
    await scene.post_line(Audience.INTERNAL, files)
    assert await Email.count().where(Email.kind == "internal", Email.state == "waiting") == len(REFERENTS)
    await add_to_teams(scene.people["referent of the other team"], scene.cast.agent_lot.seats[0].team_name)
    await Membership.delete().where(Membership.person == scene.people["colleague of the writer"].id)
    clock.advance(hours=2)
    await email_worker.deliver_due()

    assert _receivers(scene, email_folder) == REFERENTS - {"referent of the other team", "colleague of the writer"}


async def _discard_past_emails(
    scene: Scene, postman: EmailWorker, letterbox: FolderTransport, clock: Clock, times: EmailFrequency
) -> None:
    await postman.deliver_due()
    mailbox.Maildir(letterbox._folder).clear()
    for actor in scene.people.values():
        await change_email_frequency(actor, times, clock.now)


def _receivers(scene: Scene, letterbox: FolderTransport) -> set[str]:
    addresses = {str(letter["To"]) for letter in mailbox.Maildir(letterbox._folder)}
    return {who for who, actor in scene.people.items() if actor.address in addresses}


async def test_the_one_function_says_the_same(scene: Scene) -> None:
    writers = scene.cast.referent_caf_lot.seats[0].team_id
    for who, actor in scene.people.items():
        try:
            case = await load_visible_case(actor, scene.case)
        except NotFound:
            assert READABLE_AUDIENCES[who] == set(), who
        else:
            read = {audience for audience in Audience if may_read(actor, case, audience, writers)}
            assert read == READABLE_AUDIENCES[who], who
            relations, in_team = find_relations(actor, case), writers in list_teams_read_apart(actor, case)
            assert {one for one in Audience if may_read_audience(relations, one, in_team=in_team)} == read, who


def test_the_table_of_the_docstring_is_the_function_and_the_french_table_the_same() -> None:
    table = read_audiences_in_code()
    assert read_audiences_in_docs() == table
    for relation in Relation:
        held = {audience for audience in Audience if may_read_audience(frozenset({relation}), audience, in_team=True)}
        assert held == {audience for audience in Audience if relation.value in table[audience]}, relation
        both = frozenset({relation, Relation.REFERENT})
        for apart in (Audience.INTERNAL, Audience.TEAM):
            assert may_read_audience(both, apart, in_team=True) == (relation == Relation.REFERENT), (
                "one more relation takes it away"
            )
    assert not any(may_read_audience(frozenset(), audience, in_team=True) for audience in Audience)
    assert not may_read_audience(frozenset({Relation.REFERENT}), Audience.TEAM), "of another team"
    assert set(Relation) < set(COLUMNS)
