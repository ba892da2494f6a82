"""A line reaches those who may read it, by every way there is, and nothing of it reaches the others.

Every relation × audience × channel: page, print, older lines, stream, poll, list, search, file, read receipt, wake-up,
letter, digest. One right, app/domain/cases/permissions.py, asked by all. Source: features.md S3, S5; security.md T06.
"""

from __future__ import annotations

import mailbox
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.audience import Audience
from app.domain.cases.access import visible_case
from app.domain.cases.permissions import Relation, may_read, reads, relations
from app.domain.email.preferences import choose_times
from app.domain.email.schedule import LetterTimes
from app.domain.errors import NotFound
from app.gateways.email.transport import FolderMail
from app.gateways.email.worker import Postman
from app.gateways.files.store import Files
from app.routes.live import stream
from app.tests.access_matrix.lines import BEFORE_READING, FULL, MAY_READ, WHENEVER, Scene, SignIn, build_scene, seated
from app.tests.access_matrix.tables import WHO, audiences_in_french, audiences_of_the_code
from app.tests.access_matrix.world import the_stream_ends
from db.tables import Letter, Membership

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

REFERENTS = {who for who, audiences in MAY_READ.items() if audiences == FULL}


@pytest.fixture
async def scene(cast: Cast, signed_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(stream, "_wake_up", the_stream_ends)
    return await build_scene(cast, signed_in, clock.now)


@pytest.mark.parametrize("audience", Audience)
async def test_every_channel_brings_a_line_to_those_who_may_read_it_and_to_no_other(
    scene: Scene, files: Files, audience: Audience
) -> None:
    await scene.look()
    await scene.say(audience, files)

    reached = {name: {who for who in scene.people if await asks(scene, who)} for name, asks in BEFORE_READING.items()}
    await scene.go_on()
    reached |= {name: {who for who in scene.people if await asks(scene, who)} for name, asks in WHENEVER.items()}

    readers = {who for who, audiences in MAY_READ.items() if audience in audiences}
    assert reached == dict.fromkeys({**BEFORE_READING, **WHENEVER}, readers)


@pytest.mark.parametrize("times", [LetterTimes.AT_ONCE, LetterTimes.TWICE])
@pytest.mark.parametrize("audience", Audience)
async def test_a_letter_is_for_those_who_may_read_what_it_is_about(
    scene: Scene,
    files: Files,
    postman: Postman,
    letterbox: FolderMail,
    clock: Clock,
    audience: Audience,
    times: LetterTimes,
) -> None:
    await _only_letters_of_now_on(scene, postman, letterbox, clock, times)
    await scene.say(audience, files)
    clock.advance(hours=2)
    await postman.deliver_due()

    expected = REFERENTS if audience == Audience.OPERATORS else {"author", "expert", "expert with a seat"}
    assert _receivers(scene, letterbox) == expected and expected <= {
        who for who in MAY_READ if audience in MAY_READ[who]
    }


@pytest.mark.parametrize("times", [LetterTimes.AT_ONCE, LetterTimes.TWICE])
async def test_the_right_is_asked_again_when_the_letter_leaves(
    scene: Scene, files: Files, postman: Postman, letterbox: FolderMail, clock: Clock, times: LetterTimes
) -> None:
    """A referent who has joined the author's team in the meantime, one who has left theirs."""
    await _only_letters_of_now_on(scene, postman, letterbox, clock, times)
    await scene.say(Audience.OPERATORS, files)
    assert await Letter.count().where(Letter.kind == "apart", Letter.state == "waiting") == len(REFERENTS)
    await seated(scene.people["referent"], scene.cast.agent_lot.seats[0].team_name)
    await Membership.delete().where(Membership.person == scene.people["manager"].id)
    clock.advance(hours=2)
    await postman.deliver_due()

    assert _receivers(scene, letterbox) == REFERENTS - {"referent", "manager"}


async def _only_letters_of_now_on(
    scene: Scene, postman: Postman, letterbox: FolderMail, clock: Clock, times: LetterTimes
) -> None:
    await postman.deliver_due()
    mailbox.Maildir(letterbox._folder).clear()
    for actor in scene.people.values():
        await choose_times(actor, times, clock.now)


def _receivers(scene: Scene, letterbox: FolderMail) -> set[str]:
    addresses = {str(letter["To"]) for letter in mailbox.Maildir(letterbox._folder)}
    return {who for who, actor in scene.people.items() if actor.address in addresses}


async def test_the_one_function_says_the_same(scene: Scene) -> None:
    for who, actor in scene.people.items():
        try:
            case = await visible_case(actor, scene.case)
        except NotFound:
            assert MAY_READ[who] == set(), who
        else:
            assert {audience for audience in Audience if may_read(actor, case, audience)} == MAY_READ[who], who
            assert {audience for audience in Audience if reads(relations(actor, case), audience)} == MAY_READ[who], who


def test_the_table_of_the_docstring_is_the_function_and_the_french_table_the_same() -> None:
    table = audiences_of_the_code()
    assert audiences_in_french() == table
    for relation in Relation:
        held = {audience for audience in Audience if reads(frozenset({relation}), audience)}
        assert held == {audience for audience in Audience if relation.value in table[audience]}, relation
        both = frozenset({relation, Relation.REFERENT})
        assert reads(both, Audience.OPERATORS) == (relation == Relation.REFERENT), "one more relation takes it away"
    assert not any(reads(frozenset(), audience) for audience in Audience)
    assert set(Relation) < set(WHO)
