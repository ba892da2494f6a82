"""Ready-made phrases: the manager edits them, the team’s referents find them."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.cases.thread.ready_phrases import (
    list_managed_seats,
    list_removed_phrases,
    list_team_phrases,
    remove_phrase,
    save_phrase,
)
from app.domain.catalogue.editing import EditConflict, restore_entry, revert_change
from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.history import find_version, list_changes
from app.domain.errors import Forbidden, Invalid, NotFound


async def test_a_manager_keeps_the_team_s_phrases(cast: Cast, now: datetime) -> None:
    team = list_managed_seats(cast.manager_caf_lot)[0].team_id
    await save_phrase(cast.manager_caf_lot, team, None, "Délai", "Comptez trois semaines.", seen=0, now=now)
    (kept,) = await list_team_phrases([team])
    seen = await find_version(EntryKind.PHRASE, kept.id)
    await save_phrase(cast.manager_caf_lot, team, kept.id, "Délai", "Comptez deux semaines.", seen=seen, now=now)
    assert [phrase.body for phrase in await list_team_phrases([team])] == ["Comptez deux semaines."]

    await remove_phrase(cast.manager_caf_lot, team, kept.id, now)
    await remove_phrase(cast.manager_caf_lot, team, kept.id, now)
    assert await list_team_phrases([team]) == []
    with pytest.raises(EditConflict):
        await save_phrase(cast.manager_caf_lot, team, kept.id, "Délai", "Trop tard", seen=seen, now=now)
    with pytest.raises(NotFound):
        await save_phrase(cast.manager_caf_lot, team, 999_999, "Délai", "Nulle part", seen=0, now=now)


async def test_a_removed_phrase_comes_back_with_its_history(cast: Cast, now: datetime) -> None:
    manager, team = cast.manager_caf_lot, list_managed_seats(cast.manager_caf_lot)[0].team_id
    await save_phrase(manager, team, None, "Délai", "Comptez trois semaines.", seen=0, now=now)
    (kept,) = await list_team_phrases([team])
    await remove_phrase(manager, team, kept.id, now)
    assert await list_removed_phrases(manager, team) == [kept]

    for other in (cast.referent_caf_lot, cast.admin):
        with pytest.raises(Forbidden):
            await restore_entry(other, EntryKind.PHRASE, kept.id, now)
    await revert_change(manager, EntryKind.PHRASE, (await list_changes(EntryKind.PHRASE, kept.id))[0].id, now)
    assert await list_team_phrases([team]) == [kept]
    assert [change.by for change in await list_changes(EntryKind.PHRASE, kept.id)] == ["Hélène Marty"] * 3


async def test_no_other_person_does(cast: Cast, now: datetime) -> None:
    team = list_managed_seats(cast.manager_caf_lot)[0].team_id
    for other in (cast.referent_caf_lot, cast.referent_caf_cher, cast.agent_lot, cast.admin):
        with pytest.raises(Forbidden):
            await save_phrase(other, team, None, "Titre", "Texte", seen=0, now=now)
        with pytest.raises(Forbidden):
            await remove_phrase(other, team, 1, now)


async def test_what_is_missing_is_said_field_by_field(cast: Cast, now: datetime) -> None:
    team = list_managed_seats(cast.manager_caf_lot)[0].team_id
    with pytest.raises(Invalid) as refused:
        await save_phrase(cast.manager_caf_lot, team, None, "", "", seen=0, now=now)
    assert set(refused.value.fields) == {"titre", "texte"}
