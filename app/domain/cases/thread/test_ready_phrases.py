"""Ready-made phrases: the manager keeps them, the team's referents find them."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.cases.thread.ready_phrases import keep_phrase, managed_teams, phrases_of, remove_phrase, removed_phrases
from app.domain.catalogue.editing import ChangedMeanwhile, restore, undo
from app.domain.catalogue.entries import Kind
from app.domain.catalogue.history import changes_of, version_of
from app.domain.errors import Invalid, NotFound, Refused


async def test_a_manager_keeps_the_team_s_phrases(cast: Cast, now: datetime) -> None:
    team = managed_teams(cast.manager_caf_lot)[0].team_id
    await keep_phrase(cast.manager_caf_lot, team, None, "Délai", "Comptez trois semaines.", seen=0, now=now)
    (kept,) = await phrases_of([team])
    seen = await version_of(Kind.PHRASE, kept.id)
    await keep_phrase(cast.manager_caf_lot, team, kept.id, "Délai", "Comptez deux semaines.", seen=seen, now=now)
    assert [phrase.body for phrase in await phrases_of([team])] == ["Comptez deux semaines."]

    await remove_phrase(cast.manager_caf_lot, team, kept.id, now)
    await remove_phrase(cast.manager_caf_lot, team, kept.id, now)
    assert await phrases_of([team]) == []
    with pytest.raises(ChangedMeanwhile):
        await keep_phrase(cast.manager_caf_lot, team, kept.id, "Délai", "Trop tard", seen=seen, now=now)
    with pytest.raises(NotFound):
        await keep_phrase(cast.manager_caf_lot, team, 999_999, "Délai", "Nulle part", seen=0, now=now)


async def test_a_removed_phrase_comes_back_with_its_history(cast: Cast, now: datetime) -> None:
    manager, team = cast.manager_caf_lot, managed_teams(cast.manager_caf_lot)[0].team_id
    await keep_phrase(manager, team, None, "Délai", "Comptez trois semaines.", seen=0, now=now)
    (kept,) = await phrases_of([team])
    await remove_phrase(manager, team, kept.id, now)
    assert await removed_phrases(team) == [kept]

    for other in (cast.referent_caf_lot, cast.admin):
        with pytest.raises(Refused):
            await restore(other, Kind.PHRASE, kept.id, now)
    await undo(manager, Kind.PHRASE, (await changes_of(Kind.PHRASE, kept.id))[0].id, now)
    assert await phrases_of([team]) == [kept]
    assert [change.by for change in await changes_of(Kind.PHRASE, kept.id)] == ["Hélène Marty"] * 3


async def test_nobody_else_does(cast: Cast, now: datetime) -> None:
    team = managed_teams(cast.manager_caf_lot)[0].team_id
    for other in (cast.referent_caf_lot, cast.referent_caf_cher, cast.agent_lot, cast.admin):
        with pytest.raises(Refused):
            await keep_phrase(other, team, None, "Titre", "Texte", seen=0, now=now)
        with pytest.raises(Refused):
            await remove_phrase(other, team, 1, now)


async def test_what_is_missing_is_said_field_by_field(cast: Cast, now: datetime) -> None:
    team = managed_teams(cast.manager_caf_lot)[0].team_id
    with pytest.raises(Invalid) as refused:
        await keep_phrase(cast.manager_caf_lot, team, None, "", "", seen=0, now=now)
    assert set(refused.value.fields) == {"titre", "texte"}
