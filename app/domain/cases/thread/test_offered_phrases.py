"""The ready phrases that the form of a message offers, and to whom."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.progress.promise import PROMISE_DAYS
from app.domain.cases.thread.offered_phrases import COMMON_PHRASE, FilledPhrase, load_filled_phrases, search_phrases
from app.domain.cases.thread.ready_phrases import list_own_phrases, remove_phrase, save_phrase
from app.domain.catalogue.editing import restore_entry
from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.phrases import PhraseAnswer
from app.domain.errors import Forbidden, Invalid, NotFound

COMMON = COMMON_PHRASE["title"]


async def keep(actor: Actor, title: str, body: str = "Bonjour.", *, now: datetime, team: int | None = None) -> None:
    await save_phrase(actor, team, None, title, body, seen=0, now=now)


async def offered(actor: Actor, case_id: UUID, now: datetime) -> list[FilledPhrase]:
    return await load_filled_phrases(actor, await load_visible_case(actor, case_id), now)


async def list_titles(actor: Actor, case_id: UUID, now: datetime) -> list[str]:
    return [one.title for one in await offered(actor, case_id, now)]


async def test_a_referent_has_their_own_then_those_of_their_team(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien, helene, paul = cast.referent_caf_lot, cast.manager_caf_lot, cast.referent_msa_lot
    await keep(helene, "De l’équipe", now=now, team=helene.seats[0].team_id)
    for person in (julien, helene, paul):
        await keep(person, f"De {person.first_name}", now=now)

    assert await list_titles(julien, case_id, now) == ["De Julien", "De l’équipe", COMMON]
    assert await list_titles(helene, case_id, now) == ["De Hélène", "De l’équipe", COMMON]
    assert await list_titles(paul, case_id, now) == ["De Paul", COMMON]
    assert await list_titles(cast.agent_lot, case_id, now) == []
    await close(cast.agent_lot, case_id, "solved", now)
    assert await list_titles(julien, case_id, now) == [], "nothing is written on a closed case"


async def test_a_phrase_of_the_same_title_takes_the_place_of_the_common_one(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    helene, paul = cast.manager_caf_lot, cast.referent_msa_lot
    assert COMMON_PHRASE["remind_days"] == PROMISE_DAYS
    await save_phrase(
        helene, helene.seats[0].team_id, None, "JE TRANSMETS", "Vu.", answer="message", remind_days=3, seen=0, now=now
    )

    for one, days in ((helene, 3), (cast.referent_caf_lot, 3), (paul, PROMISE_DAYS)):
        assert [phrase.remind_days for phrase in await offered(one, case_id, now)] == [days]


async def test_its_fields_have_the_values_of_the_case(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await keep(julien, "Accueil", "Bonjour {agent} ({structure}), {organisme} l’a depuis le {date d’envoi}.", now=now)
    phrase, common = await offered(julien, case_id, now)
    office = cast.agent_lot.seats[0].team_name
    assert phrase.words == f"Bonjour Carmen Vidal ({office}), CAF du Lot l’a depuis le {now:%d/%m/%Y}."
    assert phrase.answer == PhraseAnswer.MESSAGE
    assert common.words.startswith("Bonjour Carmen Vidal, je transmets")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("", 3), ("delai", 1), ("ETUDE trois", 1), ("trois", 1), ("etude carmen", 0), ("accueil carmen", 1), ("œuvre", 1)],
)
async def test_a_search_reads_titles_and_words(
    typed: str, found: int, cast: Cast, case_id: UUID, now: datetime
) -> None:
    julien = cast.referent_caf_lot
    await keep(julien, "Délai d’étude", "Comptez trois semaines, c’est l’oeuvre du service.", now=now)
    await keep(julien, "Accueil", "Bonjour {agent}.", now=now)
    assert len(search_phrases(await offered(julien, case_id, now), typed)) == found


async def test_a_phrase_of_one_person_exists_for_them_alone(cast: Cast, now: datetime) -> None:
    julien, helene = cast.referent_caf_lot, cast.manager_caf_lot
    await keep(julien, "À moi", now=now)
    (mine,) = await list_own_phrases(julien)
    assert mine.team_id is None and await list_own_phrases(helene) == []
    for other in (helene, cast.admin, cast.agent_lot):
        with pytest.raises((NotFound, Forbidden)):
            await remove_phrase(other, None, mine.id, now)
        with pytest.raises(NotFound):
            await restore_entry(other, EntryKind.PHRASE, mine.id, now)
    for other in (cast.admin, cast.agent_lot):
        with pytest.raises(Forbidden):
            await keep(other, "Pas référent", now=now)
    assert await list_own_phrases(julien) == [mine]
    with pytest.raises(Invalid):
        await keep(julien, "Usager", "Monsieur {usager}", now=now)
