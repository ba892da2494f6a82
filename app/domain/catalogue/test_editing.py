"""The catalogue is edited, in use at once, with its history; nothing is lost to a second editor or to a seed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.catalogue.editing import add, edit, move, restore, undo, withdraw
from app.domain.catalogue.entries import Entry, Kind, State, entries, entry_of
from app.domain.catalogue.fields import further_labels
from app.domain.catalogue.guided import categories, contacted_by_subject, subjects_of
from app.domain.catalogue.history import changes_of, version_of
from app.domain.catalogue.loading import load_reference
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.teams.reachability import organisations_in, reachable_teams

Edit = Callable[..., Awaitable[None]]


async def found(kind: Kind, name: str) -> Entry:
    return next(entry for entry in await entries(kind) if entry.name == name)


async def edited_by(actor: Actor, entry: Entry, now: datetime, **typed: Any) -> None:
    """As the page does: the whole form, with the version that it showed."""
    state = {name: value for name, value in entry.state.items() if name not in {"withdrawn", "position"}}
    seen = await version_of(entry.kind, entry.id)
    await edit(actor, entry.kind, entry.id, {**state, **typed}, seen=seen, now=now)


async def test_what_is_changed_is_in_use_at_once(cast: Cast, now: datetime) -> None:
    caf, handicap = await found(Kind.ORGANISATION, "CAF"), await found(Kind.SUBJECT, "Reconnaissance d’un handicap")

    await edited_by(cast.admin, caf, now, acronym="Caf", notice="Joindre l’attestation.")
    await edited_by(cast.admin, handicap, now, name="Handicap", organisations=[caf.id])
    label = {"label": "Numéro de foyer", "group": "autres", "hint": ""}
    await add(cast.admin, Kind.FIELD, label, now)

    assert ("Caf", "Joindre l’attestation.") in {
        (one.acronym, one.notice) for one in await organisations_in("46", None)
    }
    assert "Handicap" in {choice.name for choice in await subjects_of(handicap.state["category"])}
    assert await contacted_by_subject(handicap.id) == [caf.id]
    assert (await further_labels())[-1] == "Numéro de foyer"


async def test_what_is_withdrawn_is_offered_no_more_and_restored(cast: Cast, now: datetime) -> None:
    category, caf = (await categories())[0], await found(Kind.ORGANISATION, "CAF")
    subject, field = (await subjects_of(category.id))[0], await found(Kind.FIELD, "Numéro fiscal")
    for kind, entry in (
        (Kind.CATEGORY, category.id),
        (Kind.SUBJECT, subject.id),
        (Kind.FIELD, field.id),
        (Kind.ORGANISATION, caf.id),
    ):
        await withdraw(cast.admin, kind, entry, now)
        await withdraw(cast.admin, kind, entry, now)

    assert category not in await categories() and subject not in await subjects_of(category.id)
    assert "Numéro fiscal" not in await further_labels() and caf.id not in await reachable_teams("46", None)
    assert caf.id not in await contacted_by_subject(subject.id)
    assert len(await changes_of(Kind.CATEGORY, category.id)) == 1

    await restore(cast.admin, Kind.CATEGORY, category.id, now)
    await restore(cast.admin, Kind.ORGANISATION, caf.id, now)
    assert category in await categories() and caf.id in await reachable_teams("46", None)


async def test_the_history_says_who_and_what_and_is_taken_back_by_a_new_change(cast: Cast, now: datetime) -> None:
    caf = await found(Kind.ORGANISATION, "CAF")
    await edited_by(cast.admin, caf, now, name="Caisse des familles", notice="Bonjour")

    (change,) = await changes_of(Kind.ORGANISATION, caf.id)
    assert (change.by, change.changed_at, change.names) == ("Odile Garnier", now, ["name", "notice"])
    assert change.before["name"] == "Caisse d’allocations familiales" and change.after["notice"] == "Bonjour"

    await undo(cast.admin, Kind.ORGANISATION, change.id, now)
    assert await entry_of(Kind.ORGANISATION, caf.id) == caf
    back, _ = await changes_of(Kind.ORGANISATION, caf.id)
    assert back.undoes == change.id and back.after["notice"] == ""


async def test_only_what_was_not_changed_since_is_taken_back(cast: Cast, now: datetime) -> None:
    caf = await found(Kind.ORGANISATION, "CAF")
    await edited_by(cast.admin, caf, now, name="Premier")
    await edited_by(cast.admin, caf, now, name="Second", notice="Gardée")
    second, first = await changes_of(Kind.ORGANISATION, caf.id)

    with pytest.raises(Conflict):
        await undo(cast.admin, Kind.ORGANISATION, first.id, now)
    await undo(cast.admin, Kind.ORGANISATION, second.id, now)
    assert (await found(Kind.ORGANISATION, "CAF")).state["name"] == "Premier"


async def test_taking_back_a_new_entry_withdraws_it_and_a_withdrawal_restores(cast: Cast, now: datetime) -> None:
    entry = await add(cast.admin, Kind.CATEGORY, {"name": "Énergie", "description": "", "organisations": []}, now)
    (made,) = await changes_of(Kind.CATEGORY, entry)

    await undo(cast.admin, Kind.CATEGORY, made.id, now)
    assert entry not in {choice.id for choice in await categories()}
    await undo(cast.admin, Kind.CATEGORY, (await changes_of(Kind.CATEGORY, entry))[0].id, now)
    assert (await categories())[-1].name == "Énergie"


async def test_a_name_taken_meanwhile_cannot_come_back(cast: Cast, now: datetime) -> None:
    field = await found(Kind.FIELD, "Numéro fiscal")
    await edited_by(cast.admin, field, now, label="Numéro de contribuable")
    await add(cast.admin, Kind.FIELD, {"label": "Numéro fiscal", "group": "autres", "hint": ""}, now)

    with pytest.raises(Conflict, match="ne peut plus être annulé"):
        await undo(cast.admin, Kind.FIELD, (await changes_of(Kind.FIELD, field.id))[0].id, now)


async def test_a_second_editor_is_told_and_overwrites_nothing(cast: Cast, now: datetime) -> None:
    caf, seen = await found(Kind.ORGANISATION, "CAF"), 0
    await edited_by(cast.admin, caf, now, name="Premier")

    with pytest.raises(Conflict, match="Odile Garnier a changé cette fiche"):
        await edit(cast.admin, Kind.ORGANISATION, caf.id, {**caf.state, "name": "Second"}, seen=seen, now=now)
    assert (await found(Kind.ORGANISATION, "CAF")).state["name"] == "Premier"


async def test_order_moves_one_place_and_stops_at_the_ends(cast: Cast, now: datetime) -> None:
    first, second, *rest = [choice.id for choice in await categories()]
    await move(cast.admin, Kind.CATEGORY, second, up=True, now=now)
    await move(cast.admin, Kind.CATEGORY, second, up=True, now=now)
    assert [choice.id for choice in await categories()] == [second, first, *rest]

    await undo(cast.admin, Kind.CATEGORY, (await changes_of(Kind.CATEGORY, second))[0].id, now)
    assert [choice.id for choice in await categories()] == [first, second, *rest]
    await move(cast.admin, Kind.CATEGORY, rest[-1], up=False, now=now)
    assert [choice.id for choice in await categories()] == [first, second, *rest]


FIELD: State = {"label": "Neuf", "group": "autres", "hint": ""}
ORGANISATION: State = {"acronym": "N", "name": "Neuf", "kind": "operator", "asked_field": None, "notice": ""}


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        (Kind.FIELD, {**FIELD, "label": ""}, {"libelle"}),
        (Kind.FIELD, {**FIELD, "label": "x" * 81}, {"libelle"}),
        (Kind.FIELD, {**FIELD, "label": "NUMERO  FISCAL"}, {"libelle"}),
        (Kind.FIELD, {**FIELD, "group": "identite"}, {"groupe"}),
        (Kind.ORGANISATION, {**ORGANISATION, "acronym": "caf"}, {"sigle"}),
        (Kind.ORGANISATION, {**ORGANISATION, "name": "", "kind": "", "asked_field": 999_999}, {"nom", "role", "champ"}),
        (Kind.CATEGORY, {"name": "autre", "description": "", "organisations": [999_999]}, {"nom", "organismes"}),
        (Kind.SUBJECT, {"category": None, "name": "x", "procedure": "", "organisations": []}, {"categorie"}),
        (Kind.SUBJECT, {"category": 1, "name": "x", "procedure": "y" * 4001, "organisations": []}, {"procedure"}),
    ],
)
async def test_what_is_wrong_is_said_field_by_field(
    cast: Cast, now: datetime, kind: Kind, typed: State, wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        await add(cast.admin, kind, typed, now)
    assert set(refused.value.fields) == wrong


async def test_the_role_of_an_organisation_with_teams_stays(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await edited_by(cast.admin, await found(Kind.ORGANISATION, "CAF"), now, kind="helper")
    assert set(refused.value.fields) == {"role"}


async def test_nobody_else_edits_and_the_form_s_own_fields_are_nobody_s(cast: Cast, now: datetime) -> None:
    caf = await found(Kind.ORGANISATION, "CAF")
    for other in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        for verb in (withdraw, restore):
            with pytest.raises(NotFound):
                await verb(other, Kind.ORGANISATION, caf.id, now)
        with pytest.raises(NotFound):
            await add(other, Kind.FIELD, FIELD, now)
    with pytest.raises(NotFound):
        await withdraw(cast.admin, Kind.FIELD, (await found(Kind.FIELD, "Prénom")).id, now)


async def test_a_seed_leaves_what_was_edited_and_brings_nothing_back(cast: Cast, now: datetime) -> None:
    handicap = await found(Kind.SUBJECT, "Reconnaissance d’un handicap")
    caf, category = await found(Kind.ORGANISATION, "CAF"), await found(Kind.CATEGORY, "Logement")
    fiscal, autre = await found(Kind.FIELD, "Numéro fiscal"), await found(Kind.CATEGORY, "Autre")
    await edited_by(cast.admin, handicap, now, name="Handicap", organisations=[caf.id])
    await edited_by(cast.admin, caf, now, acronym="Caf", name="Caisse des familles", asked_field=None)
    await edited_by(cast.admin, category, now, name="Se loger", organisations=[])
    await edited_by(cast.admin, fiscal, now, label="Numéro de contribuable")
    await withdraw(cast.admin, Kind.SUBJECT, handicap.id, now)
    await move(cast.admin, Kind.CATEGORY, autre.id, up=True, now=now)
    before = {kind: await entries(kind) for kind in Kind}

    await load_reference()

    assert {kind: await entries(kind) for kind in Kind} == before
