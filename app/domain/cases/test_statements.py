"""The database cost of each action on a case: a table to lower, and never to raise without notice.

BEGIN, COMMIT and savepoints are not counted.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.attachments.upload import begin_upload
from app.domain.cases.citizen import Citizen
from app.domain.cases.draft.draft import WizardMode, load_editable_draft
from app.domain.cases.draft.saving import choose_category, choose_mode, choose_organisations, choose_subject
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import assign, give_back, take_charge
from app.domain.cases.lifecycle.closure import Outcome, close, close_automatically, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.identity import correct_identity
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert, invite_team
from app.domain.cases.lifecycle.joining import list_joinable_teams
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.lifecycle.set_aside import bring_back, set_aside
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.domain.cases.lifecycle.suspension import renew_mandate, resume_by_sms, suspend
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.message_draft import save_message_draft
from app.domain.catalogue.guided import list_categories, list_subjects
from app.domain.files.store import FileStore
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.cases_fixtures import make_colleague, make_draft
from app.tests.support.statement_costs import Cost, Story, make_meter
from db.engine import is_postgres, transaction
from db.tables.cases import Case
from db.tables.teams import Team
from db.tables.thread import Message


async def sending(story: Story) -> None:
    agent, now, measure = story.cast.agent_lot, story.now, story.measure
    people = {(await make_colleague(story.cast, name, now)).id for name in ("Lucas", "Noa")}
    await measure("submit", submit(agent, await make_draft(agent, now, "CAF"), now))
    await measure("submit, guided", submit(agent, await guided(agent, now), now))
    to_three = await make_draft(agent, now, "CAF", "MSA", "France Travail")
    await measure("submit to three teams", submit(agent, to_three, now))
    with_two = await make_draft(agent, now, "CAF")
    await measure("submit with two colleagues", submit(agent, with_two, now, colleagues=sorted(people)))


async def guided(agent: Actor, now: datetime) -> UUID:
    """A complete draft with a category and a subject, to the organisations chosen without them."""
    draft_id = await make_draft(agent, now, "CAF")
    await choose_mode(agent, draft_id, WizardMode.GUIDED, now)
    chosen = (await load_editable_draft(agent, draft_id)).organisations
    subjects = {category.id: await list_subjects(category.id) for category in await list_categories()}
    category = next(number for number, offered in subjects.items() if offered)
    await choose_category(agent, draft_id, category, now)
    await choose_subject(agent, draft_id, subjects[category][0].id, now)
    ticked = (await load_editable_draft(agent, draft_id)).organisations
    await choose_organisations(agent, draft_id, set(chosen), set(ticked | chosen), now)
    return draft_id


async def talking(story: Story) -> None:
    cast, now, measure = story.cast, story.now, story.measure
    case_id = await story.sent("CAF", "MSA")
    await measure("open, first of a team", opened(cast.referent_caf_lot, case_id, now))
    await measure("open again", opened(cast.referent_caf_lot, case_id, now))
    await measure("keep a message being typed", kept(cast.agent_lot, case_id, now))
    await measure("message of an agent", story.post(cast.agent_lot, case_id))
    await measure("take charge", take_charge(cast.referent_caf_lot, case_id, now))
    await measure("message of a referent, the first", story.post(cast.referent_caf_lot, case_id))
    await measure("message of a referent, another", story.post(cast.referent_caf_lot, case_id))
    await measure("message of an agent, answered", story.post(cast.agent_lot, case_id))
    handled = announce_handled(cast.referent_caf_lot, case_id, "Versé.", key=str(uuid4()), now=now)
    await measure("announce that it is handled", handled)
    await measure("dismiss", dismiss(cast.referent_msa_lot, case_id, "Écrivez au guichet.", key=str(uuid4()), now=now))
    await measure("internal note", noted(cast.referent_caf_lot, case_id, now))


async def sharing(story: Story) -> None:
    """Among the two referents of the CAF."""
    first, second, now, measure = story.cast.referent_caf_lot, story.cast.manager_caf_lot, story.now, story.measure
    case_id = await story.sent("CAF", "MSA")
    await take_charge(first, case_id, now)
    await measure("take charge instead of a colleague", take_charge(second, case_id, now, instead_of=first.id))
    await measure("give to a colleague", assign(second, case_id, first.id, now))
    await measure("give back", give_back(first, case_id, now))
    await measure("set aside", set_aside(first, case_id, (now + timedelta(days=3)).date(), now))
    await measure("bring back", bring_back(first, case_id, now))
    await set_aside(first, case_id, (now + timedelta(days=3)).date(), now, for_team=True)
    await measure("message of an agent, set aside", story.post(story.cast.agent_lot, case_id))


async def opened(actor: Actor, case_id: UUID, now: datetime) -> None:
    await open_case(actor, await load_visible_case(actor, case_id), now)


async def kept(actor: Actor, case_id: UUID, now: datetime) -> None:
    await save_message_draft(actor, case_id, "Bonj", key=str(uuid4()), now=now)


async def noted(actor: Actor, case_id: UUID, now: datetime) -> None:
    await post_internal_note(actor, case_id, "Je m’en charge.", key=str(uuid4()), now=now)


async def joining_files(story: Story) -> None:
    cast, now, measure = story.cast, story.now, story.measure
    case_id = await story.sent("CAF")
    await measure("begin a file", begin_upload(cast.agent_lot, case_id, uuid4(), "relevé.pdf", len(PDF), now))
    for actor, name in ((cast.agent_lot, "an agent"), (cast.referent_caf_lot, "a referent")):
        joined = [await attach_file(actor, story.files, case_id, now) for _ in range(2)]
        await measure(f"message of {name} with two files", story.post(actor, case_id, attachments=joined))


async def thinking_again(story: Story) -> None:
    cast, now, measure = story.cast, story.now, story.measure
    case_id = await story.sent("CAF", "MSA")
    for actor, name in ((cast.agent_lot, "an agent"), (cast.referent_caf_lot, "a referent")):
        await story.post(actor, case_id)
        message = await last_message()
        await measure(f"correct a message of {name}", correct(actor, case_id, message, "Bonsoir", now))
        await measure(f"withdraw a message of {name}", withdraw_message(actor, case_id, message, now))
    await noted(cast.referent_caf_lot, case_id, now)
    note = await last_message()
    await measure("withdraw an internal note", withdraw_message(cast.referent_caf_lot, case_id, note, now))


async def last_message() -> int:
    row = await Message.select(Message.id).order_by(Message.id, ascending=False).first()
    assert row is not None
    return int(row["id"])


async def ending(story: Story) -> None:
    cast, now, measure = story.cast, story.now, story.measure
    case_id = await story.sent("CAF", "MSA")
    await measure("close", close(cast.agent_lot, case_id, "solved", now))
    await measure("close again", close(cast.agent_lot, case_id, "solved", now))
    await measure("answer the survey", answer_survey(cast.agent_lot, case_id, answers(), now))
    await measure("reopen", reopen(cast.agent_lot, case_id, now))
    await measure("reopen again", reopen(cast.agent_lot, case_id, now))
    into = await story.sent("CPAM")
    await measure("continue in another case", continue_in(cast.agent_lot, case_id, into, now))
    await measure("go on apart again", separate(cast.agent_lot, case_id, now))
    await withdraw(cast.agent_lot, into, now)
    later = now + timedelta(days=90)
    await measure("close by itself", close_automatically(case_id, Outcome.INACTIVE, Case.active_at <= now, later))
    await measure("withdraw", withdraw(cast.agent_lot, await story.sent("CAF", "MSA"), now))
    await story.sent("CAF")
    await measure("remind of a silence", expire_inactive_cases(now + timedelta(days=170)))


def answers() -> dict[str, str]:
    return {name: next(iter(choices)) for name, choices in QUESTIONS.items()}


async def bringing_people(story: Story) -> None:
    cast, now, measure = story.cast, story.now, story.measure
    people = [(await make_colleague(story.cast, name, now)).id for name in ("Lucas", "Noa", "Ana")]
    case_id = await story.sent("CAF", "MSA")
    tomorrow = now + timedelta(days=1)
    joinable = await list_joinable_teams(await load_visible_case(cast.agent_lot, case_id))
    first, second = (team.id for team in joinable[:2])
    await measure("invite a team", invite_team(cast.referent_caf_lot, case_id, first, "Pour avis.", now))
    await measure("transfer", transfer(cast.referent_msa_lot, case_id, second, "De leur ressort.", tomorrow))
    await measure("invite a colleague", invite_colleagues(cast.agent_lot, case_id, set(people[:1]), now))
    await measure("invite two colleagues", invite_colleagues(cast.agent_lot, case_id, set(people[1:]), now))
    await measure("invite the experts", invite_expert(cast.agent_lot, case_id, "Bloqué.", now))


async def about_the_citizen(story: Story) -> None:
    cast, now, measure = story.cast, story.now, story.measure
    case_id = await story.sent("CAF")
    await measure("complete", complete(cast.referent_caf_lot, case_id, "Numéro fiscal", "1234567", now))
    await story.post(cast.referent_caf_lot, case_id)
    await measure("complete, asked", complete(cast.agent_lot, case_id, "Numéro fiscal", "7654321", now))
    sent, married = Citizen("Jeanne", "Pélissier", "1957"), Citizen("Jeanne", "Roux", "1957")
    await measure("correct the identity", correct_identity(cast.referent_caf_lot, case_id, sent, married, now))
    await measure("suspend", said(suspend(case_id, now)))
    await measure("resume by text", said(resume_by_sms(case_id, now)))
    await said(suspend(case_id, now))
    await measure("renew the mandate", renew_mandate(cast.agent_lot, case_id, now.date(), now))


async def said(verb: Awaitable[None]) -> None:
    """An action of the citizen, in the transaction that records the reply."""
    async with transaction():
        await verb


async def leaving(story: Story) -> None:
    """The cost of a departure or a merger: one case that the person follows or the team received."""
    cast, now, measure = story.cast, story.now, story.measure
    teams = {row["name"]: row["id"] for row in await Team.select(Team.id, Team.name)}
    case_id = await story.sent("MSA", "CAF", "France Travail")
    office = teams["France Services de démonstration du Lot"]
    preview = await preview_deactivation(cast.admin, cast.agent_lot.id)
    chosen = {f"reprise-{office}": str(cast.colleague_lot.id), f"brouillons-{office}": "supprimer"}
    await measure(
        "deactivate an author, a colleague takes over",
        deactivate_account(cast.admin, cast.agent_lot.id, chosen, preview.preview_version, now),
    )
    await take_charge(cast.referent_caf_lot, case_id, now)
    await measure("merge two teams", merge_teams(cast.admin, teams["France Travail du Lot"], teams["CAF du Lot"], now))
    await measure("close a team", close_team(cast.admin, teams["MSA du Lot"], now))


TABLE: dict[Callable[[Story], Awaitable[None]], dict[str, Cost]] = {
    sending: {
        "submit": Cost(31, 2, 1, 1),
        "submit, guided": Cost(32, 2, 1, 1),
        "submit to three teams": Cost(31, 2, 1, 1),
        "submit with two colleagues": Cost(43, 4, 2, 1),
    },
    talking: {
        "open, first of a team": Cost(9, 3, 1, 2),
        "open again": Cost(1, 0, 0, 1),
        "keep a message being typed": Cost(6, 1, 0, 1),
        "message of an agent": Cost(14, 2, 1, 1),
        "take charge": Cost(7, 2, 1, 1),
        "message of a referent, the first": Cost(15, 2, 1, 1),
        "message of a referent, another": Cost(14, 2, 1, 1),
        "message of an agent, answered": Cost(16, 2, 1, 1),
        "announce that it is handled": Cost(15, 2, 1, 1),
        "dismiss": Cost(15, 2, 1, 1),
        "internal note": Cost(14, 2, 1, 1),
    },
    sharing: {
        "take charge instead of a colleague": Cost(9, 2, 1, 1),
        "give to a colleague": Cost(10, 2, 1, 1),
        "give back": Cost(7, 2, 1, 1),
        "set aside": Cost(4, 1, 0, 1),
        "bring back": Cost(4, 1, 0, 1),
        "message of an agent, set aside": Cost(15, 2, 1, 1),
    },
    joining_files: {
        "begin a file": Cost(7, 1, 0, 1),
        "message of an agent with two files": Cost(16, 2, 1, 1),
        "message of a referent with two files": Cost(17, 2, 1, 1),
    },
    thinking_again: {
        "correct a message of an agent": Cost(9, 2, 1, 1),
        "withdraw a message of an agent": Cost(16, 2, 1, 1),
        "correct a message of a referent": Cost(9, 2, 1, 1),
        "withdraw a message of a referent": Cost(17, 2, 1, 1),
        "withdraw an internal note": Cost(12, 2, 1, 1),
    },
    ending: {
        "close": Cost(11, 2, 1, 1),
        "close again": Cost(1, 1, 0, 1),
        "answer the survey": Cost(2, 1, 0, 1),
        "reopen": Cost(11, 2, 1, 1),
        "reopen again": Cost(2, 1, 0, 1),
        "continue in another case": Cost(37, 6, 2, 2),
        "go on apart again": Cost(33, 6, 2, 2),
        "close by itself": Cost(11, 2, 1, 1),
        "withdraw": Cost(8, 2, 1, 1),
        "remind of a silence": Cost(10, 1, 1, 1),
    },
    bringing_people: {
        "invite a team": Cost(13, 2, 1, 1),
        "transfer": Cost(18, 2, 1, 1),
        "invite a colleague": Cost(10, 2, 1, 1),
        "invite two colleagues": Cost(13, 3, 1, 1),
        "invite the experts": Cost(11, 2, 1, 1),
    },
    about_the_citizen: {
        "complete": Cost(17, 2, 1, 1),
        "complete, asked": Cost(22, 2, 1, 1),
        "correct the identity": Cost(11, 2, 1, 1),
        "suspend": Cost(10, 2, 1, 1),
        "resume by text": Cost(10, 2, 1, 1),
        "renew the mandate": Cost(13, 2, 1, 1),
    },
    leaving: {
        "deactivate an author, a colleague takes over": Cost(48, 3, 1, 1),
        "merge two teams": Cost(48, 5, 2, 1),
        "close a team": Cost(33, 4, 1, 1),
    },
}


@pytest.mark.parametrize("tell", TABLE, ids=lambda tell: tell.__name__)
async def test_each_verb_costs_what_the_table_says(
    cast: Cast,
    files: FileStore,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tell: Callable[[Story], Awaitable[None]],
) -> None:
    measure = make_meter(monkeypatch)
    await tell(Story(cast, now, files, measure))
    table = TABLE[tell]
    assert measure.measured == (
        table if is_postgres() else {name: replace(one, locks=0) for name, one in table.items()}
    )
