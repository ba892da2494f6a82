"""The signed link of a digest is its holder's, and cannot be made."""

from collections.abc import Callable

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.email.preferences import build_preferences_url, load_link_holder
from app.domain.errors import NotFound
from db.tables.people import Person

Link = Callable[[Actor], str]
FORGED: list[Link] = [
    lambda actor: f"{actor.id}-{'0' * 32}",
    lambda actor: build_preferences_url(actor).rpartition("/")[2][:-1],
    lambda actor: build_preferences_url(actor).rpartition("/")[2].replace(str(actor.id), str(actor.id + 1), 1),
    lambda actor: "",
    lambda actor: "-",
    lambda actor: "٣-" + "0" * 32,
    lambda actor: f"{10**30}-{'0' * 32}",
]


async def test_the_link_is_its_holders_and_cannot_be_made(cast: Cast) -> None:
    julien = cast.referent_caf_lot
    link = build_preferences_url(julien).rpartition("/")[2]
    assert (await load_link_holder(link)).id == julien.id

    for forge in FORGED:
        with pytest.raises(NotFound):
            await load_link_holder(forge(julien))
    await Person.update({Person.active: False}).where(Person.id == julien.id)
    with pytest.raises(NotFound):
        await load_link_holder(link)
