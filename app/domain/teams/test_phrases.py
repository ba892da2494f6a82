"""Ready-made phrases: the manager keeps them, the team's referents find them."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.teams.phrases import keep_phrase, managed_teams, phrases_of, remove_phrase


async def test_a_manager_keeps_the_team_s_phrases(cast: Cast, now: datetime) -> None:
    team = managed_teams(cast.manager_caf_lot)[0].team_id
    await keep_phrase(cast.manager_caf_lot, team, None, "Délai", "Comptez trois semaines.", now)
    (kept,) = await phrases_of([team])
    await keep_phrase(cast.manager_caf_lot, team, kept.id, "Délai", "Comptez deux semaines.", now)
    assert [phrase.body for phrase in await phrases_of([team])] == ["Comptez deux semaines."]

    await remove_phrase(cast.manager_caf_lot, team, kept.id, now)
    await remove_phrase(cast.manager_caf_lot, team, kept.id, now)
    assert await phrases_of([team]) == []
    with pytest.raises(NotFound):
        await keep_phrase(cast.manager_caf_lot, team, kept.id, "Délai", "Trop tard", now)


async def test_nobody_else_does(cast: Cast, now: datetime) -> None:
    team = managed_teams(cast.manager_caf_lot)[0].team_id
    for other in (cast.referent_caf_lot, cast.referent_caf_cher, cast.agent_lot, cast.admin):
        with pytest.raises(Refused):
            await keep_phrase(other, team, None, "Titre", "Texte", now)
        with pytest.raises(Refused):
            await remove_phrase(other, team, 1, now)


async def test_what_is_missing_is_said_field_by_field(cast: Cast, now: datetime) -> None:
    team = managed_teams(cast.manager_caf_lot)[0].team_id
    with pytest.raises(Invalid) as refused:
        await keep_phrase(cast.manager_caf_lot, team, None, "", "", now)
    assert set(refused.value.fields) == {"titre", "texte"}
