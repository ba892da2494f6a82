"""The catalogue is edited, in use at once, with its history; a second editor or a seed overwrites nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.catalogue.editing import (
    create_entry,
    edit_entry,
    reorder_entry,
    restore_entry,
    revert_change,
    withdraw_entry,
)
from app.domain.catalogue.entries import Entry, EntryKind, EntryState, find_entry, load_entries
from app.domain.catalogue.fields import list_further_labels
from app.domain.catalogue.guided import list_categories, list_subject_organisations, list_subjects
from app.domain.catalogue.history import find_version, list_changes
from app.domain.catalogue.loading import load_reference
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.teams.reachability import find_reachable_teams, list_organisations_in_area

Edit = Callable[..., Awaitable[None]]


async def found(kind: EntryKind, name: str) -> Entry:
    return next(entry for entry in await load_entries(kind) if entry.name == name)


async def edited_by(actor: Actor, entry: Entry, now: datetime, **typed: Any) -> None:
    """As the page does: the whole form, with the version that it showed."""
    state = {name: value for name, value in entry.state.items() if name not in {"withdrawn", "position"}}
    seen = await find_version(entry.kind, entry.id)
    await edit_entry(actor, entry.kind, entry.id, {**state, **typed}, seen_version=seen, now=now)


async def test_what_is_changed_is_in_use_at_once(cast: Cast, now: datetime) -> None:
    caf, handicap = (
        await found(EntryKind.ORGANISATION, "CAF"),
        await found(EntryKind.SUBJECT, "Reconnaissance d’un handicap"),
    )

    await edited_by(cast.admin, caf, now, acronym="Caf", notice="Joindre l’attestation.")
    await edited_by(cast.admin, handicap, now, name="Handicap", organisations=[caf.id])
    label = {"label": "Numéro de foyer", "group": "autres", "hint": ""}
    await create_entry(cast.admin, EntryKind.FIELD, label, now)

    assert ("Caf", "Joindre l’attestation.") in {
        (one.acronym, one.notice) for one in await list_organisations_in_area("46", None)
    }
    assert "Handicap" in {choice.name for choice in await list_subjects(handicap.state["category"])}
    assert await list_subject_organisations(handicap.id) == [caf.id]
    assert (await list_further_labels())[-1] == "Numéro de foyer"


async def test_what_is_withdrawn_is_offered_no_more_and_restored(cast: Cast, now: datetime) -> None:
    category, caf = (await list_categories())[0], await found(EntryKind.ORGANISATION, "CAF")
    subject, field = (await list_subjects(category.id))[0], await found(EntryKind.FIELD, "Numéro fiscal")
    for kind, entry in (
        (EntryKind.CATEGORY, category.id),
        (EntryKind.SUBJECT, subject.id),
        (EntryKind.FIELD, field.id),
        (EntryKind.ORGANISATION, caf.id),
    ):
        await withdraw_entry(cast.admin, kind, entry, now)
        await withdraw_entry(cast.admin, kind, entry, now)

    assert category not in await list_categories() and subject not in await list_subjects(category.id)
    assert "Numéro fiscal" not in await list_further_labels() and caf.id not in await find_reachable_teams("46", None)
    assert caf.id not in await list_subject_organisations(subject.id)
    assert len(await list_changes(EntryKind.CATEGORY, category.id)) == 1

    await restore_entry(cast.admin, EntryKind.CATEGORY, category.id, now)
    await restore_entry(cast.admin, EntryKind.ORGANISATION, caf.id, now)
    assert category in await list_categories() and caf.id in await find_reachable_teams("46", None)


async def test_the_history_says_who_and_what_and_is_taken_back_by_a_new_change(cast: Cast, now: datetime) -> None:
    caf = await found(EntryKind.ORGANISATION, "CAF")
    await edited_by(cast.admin, caf, now, name="Caisse des familles", notice="Bonjour")

    (change,) = await list_changes(EntryKind.ORGANISATION, caf.id)
    assert (change.by, change.changed_at, change.changed_names) == ("Odile Garnier", now, ["name", "notice"])
    assert change.before["name"] == "Caisse d’allocations familiales" and change.after["notice"] == "Bonjour"

    await revert_change(cast.admin, EntryKind.ORGANISATION, change.id, now)
    assert await find_entry(EntryKind.ORGANISATION, caf.id) == caf
    back, _ = await list_changes(EntryKind.ORGANISATION, caf.id)
    assert back.undoes == change.id and back.after["notice"] == ""


async def test_only_what_was_not_changed_since_is_taken_back(cast: Cast, now: datetime) -> None:
    caf = await found(EntryKind.ORGANISATION, "CAF")
    await edited_by(cast.admin, caf, now, name="Premier")
    await edited_by(cast.admin, caf, now, name="Second", notice="Gardée")
    second, first = await list_changes(EntryKind.ORGANISATION, caf.id)

    with pytest.raises(Conflict):
        await revert_change(cast.admin, EntryKind.ORGANISATION, first.id, now)
    await revert_change(cast.admin, EntryKind.ORGANISATION, second.id, now)
    assert (await found(EntryKind.ORGANISATION, "CAF")).state["name"] == "Premier"


async def test_taking_back_a_new_entry_withdraws_it_and_a_withdrawal_restores(cast: Cast, now: datetime) -> None:
    entry = await create_entry(
        cast.admin, EntryKind.CATEGORY, {"name": "Énergie", "description": "", "organisations": []}, now
    )
    (made,) = await list_changes(EntryKind.CATEGORY, entry)

    await revert_change(cast.admin, EntryKind.CATEGORY, made.id, now)
    assert entry not in {choice.id for choice in await list_categories()}
    await revert_change(cast.admin, EntryKind.CATEGORY, (await list_changes(EntryKind.CATEGORY, entry))[0].id, now)
    assert (await list_categories())[-1].name == "Énergie"


async def test_a_name_taken_meanwhile_cannot_come_back(cast: Cast, now: datetime) -> None:
    field = await found(EntryKind.FIELD, "Numéro fiscal")
    await edited_by(cast.admin, field, now, label="Numéro de contribuable")
    await create_entry(cast.admin, EntryKind.FIELD, {"label": "Numéro fiscal", "group": "autres", "hint": ""}, now)

    with pytest.raises(Conflict, match="ne peut plus être annulé"):
        await revert_change(cast.admin, EntryKind.FIELD, (await list_changes(EntryKind.FIELD, field.id))[0].id, now)


async def test_a_second_editor_is_told_and_overwrites_nothing(cast: Cast, now: datetime) -> None:
    caf, seen = await found(EntryKind.ORGANISATION, "CAF"), 0
    await edited_by(cast.admin, caf, now, name="Premier")

    with pytest.raises(Conflict, match="Odile Garnier a changé cette fiche"):
        await edit_entry(
            cast.admin, EntryKind.ORGANISATION, caf.id, {**caf.state, "name": "Second"}, seen_version=seen, now=now
        )
    assert (await found(EntryKind.ORGANISATION, "CAF")).state["name"] == "Premier"


async def test_order_moves_one_place_and_stops_at_the_ends(cast: Cast, now: datetime) -> None:
    first, second, *rest = [choice.id for choice in await list_categories()]
    await reorder_entry(cast.admin, EntryKind.CATEGORY, second, up=True, now=now)
    await reorder_entry(cast.admin, EntryKind.CATEGORY, second, up=True, now=now)
    assert [choice.id for choice in await list_categories()] == [second, first, *rest]

    await revert_change(cast.admin, EntryKind.CATEGORY, (await list_changes(EntryKind.CATEGORY, second))[0].id, now)
    assert [choice.id for choice in await list_categories()] == [first, second, *rest]
    await reorder_entry(cast.admin, EntryKind.CATEGORY, rest[-1], up=False, now=now)
    assert [choice.id for choice in await list_categories()] == [first, second, *rest]


FIELD: EntryState = {"label": "Neuf", "group": "autres", "hint": ""}
ORGANISATION: EntryState = {"acronym": "N", "name": "Neuf", "kind": "operator", "asked_field": None, "notice": ""}


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        (EntryKind.FIELD, {**FIELD, "label": ""}, {"libelle"}),
        (EntryKind.FIELD, {**FIELD, "label": "x" * 81}, {"libelle"}),
        (EntryKind.FIELD, {**FIELD, "label": "NUMERO  FISCAL"}, {"libelle"}),
        (EntryKind.FIELD, {**FIELD, "group": "identite"}, {"groupe"}),
        (EntryKind.ORGANISATION, {**ORGANISATION, "acronym": "caf"}, {"sigle"}),
        (
            EntryKind.ORGANISATION,
            {**ORGANISATION, "name": "", "kind": "", "asked_field": 999_999},
            {"nom", "role", "champ"},
        ),
        (EntryKind.CATEGORY, {"name": "autre", "description": "", "organisations": [999_999]}, {"nom", "organismes"}),
        (EntryKind.SUBJECT, {"category": None, "name": "x", "procedure": "", "organisations": []}, {"categorie"}),
        (EntryKind.SUBJECT, {"category": 1, "name": "x", "procedure": "y" * 4001, "organisations": []}, {"procedure"}),
    ],
)
async def test_what_is_wrong_is_said_field_by_field(
    cast: Cast, now: datetime, kind: EntryKind, typed: EntryState, wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        await create_entry(cast.admin, kind, typed, now)
    assert set(refused.value.fields) == wrong


async def test_the_role_of_an_organisation_with_teams_stays(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await edited_by(cast.admin, await found(EntryKind.ORGANISATION, "CAF"), now, kind="helper")
    assert set(refused.value.fields) == {"role"}


async def test_no_other_person_edits_and_the_form_s_own_fields_are_no_one_s(cast: Cast, now: datetime) -> None:
    caf = await found(EntryKind.ORGANISATION, "CAF")
    for other in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        for verb in (withdraw_entry, restore_entry):
            with pytest.raises(NotFound):
                await verb(other, EntryKind.ORGANISATION, caf.id, now)
        with pytest.raises(NotFound):
            await create_entry(other, EntryKind.FIELD, FIELD, now)
    with pytest.raises(NotFound):
        await withdraw_entry(cast.admin, EntryKind.FIELD, (await found(EntryKind.FIELD, "Prénom")).id, now)


async def test_a_seed_leaves_what_was_edited_and_brings_nothing_back(cast: Cast, now: datetime) -> None:
    handicap = await found(EntryKind.SUBJECT, "Reconnaissance d’un handicap")
    caf, category = await found(EntryKind.ORGANISATION, "CAF"), await found(EntryKind.CATEGORY, "Logement")
    fiscal, autre = await found(EntryKind.FIELD, "Numéro fiscal"), await found(EntryKind.CATEGORY, "Autre")
    await edited_by(cast.admin, handicap, now, name="Handicap", organisations=[caf.id])
    await edited_by(cast.admin, caf, now, acronym="Caf", name="Caisse des familles", asked_field=None)
    await edited_by(cast.admin, category, now, name="Se loger", organisations=[])
    await edited_by(cast.admin, fiscal, now, label="Numéro de contribuable")
    await withdraw_entry(cast.admin, EntryKind.SUBJECT, handicap.id, now)
    await reorder_entry(cast.admin, EntryKind.CATEGORY, autre.id, up=True, now=now)
    before = {kind: await load_entries(kind) for kind in EntryKind}

    await load_reference()

    assert {kind: await load_entries(kind) for kind in EntryKind} == before
