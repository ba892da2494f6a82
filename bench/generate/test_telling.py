"""The verbs, told the same stories, leave the same rows: in every table, every column."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest

from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.draft.draft import CitizenDetail, WizardMode
from app.domain.cases.draft.saving import (
    choose_category,
    choose_organisations,
    choose_subject,
    create_draft,
    save_citizen,
    save_problem,
)
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import Outcome, close, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.invitation import invite_colleagues
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.tests.support.cases_fixtures import open_and_read_case
from bench.generate import drawing, sentences
from bench.generate.book import Book
from bench.generate.building import write_stories
from bench.generate.case_rows import load_case_rows
from bench.generate.drawing import stories
from bench.generate.moments import moment
from bench.generate.people import settle_people
from bench.generate.rows import write_case
from bench.generate.society import Society, read_society
from bench.generate.steps import Step, StepKind, Story
from bench.generate.stories import World, story_of
from db.bulk_copy import find_next_id
from db.engine import transaction
from db.tables.teams import Team

WIDE = 4_000
SILENCES = (Outcome.HANDLED, Outcome.INACTIVE, Outcome.UNANSWERED)


@pytest.fixture
async def society(database: str, small: World, people: int) -> Society:
    async with transaction():
        first = await find_next_id(Team)
        await settle_people(Random(small.seed), people, moment(small.now))  # noqa: S311
        return await read_society(first)


def one_of_each(world: World, society: Society) -> Iterator[Story]:
    """A draft, then for each deed one that can still be read, one of several teams, and an erased one that had it.

    At last, each end of a silence.
    """
    wide = World(world.seed, WIDE, world.now)
    drawn = [story_of(wide, society, number) for number in range(WIDE)]
    yield next(story for story in drawn if not story.sent)
    for deed in StepKind:
        having = [story for story in drawn if any(step.kind == deed for step in story.steps)]
        yield from [story for story in having if not story.erased][-1:]
        yield from [story for story in having if not story.erased and len(story.teams) > 1][-1:]
        yield from [story for story in having if story.erased][:1]
    for outcome in SILENCES:
        yield next(story for story in drawn if any(step[1::2] == (StepKind.EXPIRE, outcome) for step in story.steps))


async def test_what_is_written_in_bulk_is_what_the_verbs_write(society: Society, small: World) -> None:
    chosen = {story.id: story for story in one_of_each(small, society)}
    covered = {step.kind for story in chosen.values() if not story.erased for step in story.steps}
    assert covered == set(StepKind) - {StepKind.ERASE}
    async with transaction():
        book = Book(moment(small.now))
        await book.begin()
        for past in write_stories(
            sorted(chosen.values(), key=lambda story: story.started_at), small.now, society, book
        ):
            write_case(past, book, moment(small.now))
        await book.end()

    for story in chosen.values():
        told_again = await replay_with_verbs(story, society)
        ours, theirs = await load_case_rows(story.id, small), await load_case_rows(told_again, small)
        for table, rows in theirs.items():
            assert ours[table] == rows, f"{table}: {[step.kind.value for step in story.steps]}"


async def test_what_another_process_draws_is_what_this_one_would(
    society: Society, small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(small.seed, 1_300, small.now)
    alone = list(stories(world, society))
    monkeypatch.setattr(drawing, "_MANY", 0)
    monkeypatch.setattr(drawing, "_AHEAD", 2)

    assert list(stories(world, society)) == alone and len(alone) == world.cases


async def replay_with_verbs(story: Story, society: Society) -> UUID:
    case = uuid4()
    labels = dict.fromkeys(society.asked[one] for one in story.organisations if one in society.asked)
    details = story.words.details if story.words else dict.fromkeys(labels, "")
    await drafted(story, case, details)
    for step in story.steps:
        actor = await load_actor(step.person) if step.person else None
        await do(step, actor, case, next(iter(details), ""))
    return case


async def do(step: Step, actor: Actor | None, case: UUID, label: str) -> None:
    now, said, key = moment(step.at), step.content or "Effacé.", str(uuid4())
    if actor is None:
        await erase_due(now)
        return
    verbs: dict[StepKind, Callable[[], Awaitable[object]]] = {
        StepKind.SUBMIT: lambda: submit(actor, case, now),
        StepKind.OPEN: lambda: open_and_read_case(actor, case, now),
        StepKind.TAKE: lambda: take_charge(actor, case, now),
        StepKind.POST: lambda: post_message(actor, case, said, key=key, now=now),
        StepKind.APART: lambda: post_internal_note(actor, case, said, key=key, now=now),
        StepKind.HANDLE: lambda: announce_handled(actor, case, said, key=key, now=now),
        StepKind.DISMISS: lambda: dismiss(actor, case, said, key=key, now=now),
        StepKind.INVITE: lambda: invite_colleagues(actor, case, {step.invited_person}, now),
        StepKind.COMPLETE: lambda: complete(actor, case, label, said, now),
        StepKind.CLOSE: lambda: close(actor, case, step.content, now),
        StepKind.REOPEN: lambda: reopen(actor, case, now),
        StepKind.WITHDRAW: lambda: withdraw(actor, case, now),
    }
    await verbs[step.kind]()


async def drafted(story: Story, case: UUID, known: Mapping[str, str]) -> None:
    agent, saved, words = await load_actor(story.author), moment(story.saved_at), story.words
    assert agent is not None
    await create_draft(agent, case, team_id=story.team, mode=WizardMode.GUIDED, now=moment(story.started_at))
    await choose_category(agent, case, story.topic.category, saved)
    await choose_subject(agent, case, story.topic.subject, saved)
    everything = set(range(1, 1_000))
    await choose_organisations(agent, case, set(story.organisations), everything, saved)
    identity = {"first_name": "Effacée", "last_name": "Effacée", "birth": "1950"}
    details = [CitizenDetail(label, value, unknown=not value) for label, value in known.items()]
    texts = {"subject": "Effacé", "description": "Effacé", "urgency_reason": story.urgency}
    if words:
        identity = {"first_name": words.first_name, "last_name": words.last_name, "birth": words.birth}
        texts |= {"subject": words.subject, "description": words.description}
    await save_citizen(agent, case, identity, details, saved)
    await save_problem(agent, case, texts, urgent=bool(story.urgency), now=saved)
    phone, day = bool(words and words.by_phone), saved - timedelta(days=words.signed_days_before if words else 0)
    kind, reason = ("phone", sentences.NO_OTHER_WAY) if phone else ("paper", "")
    await attest_mandate(agent, case, kind, signed_on=day.date(), reason=reason, now=saved)
