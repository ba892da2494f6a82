"""« Vérifiez vos réponses »: everything on one page, a way back to each, warnings, then sending."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import waiting_with
from app.domain.cases.draft.completeness import Missing, Reason, read_missing
from app.domain.cases.draft.steps import WizardStep, field_names, overlong, place_of
from app.domain.cases.draft.view import Draft, Mode
from app.domain.cases.draft.warnings import doubts, lookalikes, names_the_citizen
from app.domain.cases.draft.withdrawn_choices import gone_from
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.catalogue.fields import withdrawn_labels
from app.domain.teams.reachability import ReachableOrganisation, organisations_in
from app.routes.cases.invitation import colleague_choices
from app.routes.respond import page
from app.text import formats, labels

Row = dict[str, str]
_FILES = "Pièces jointes"


async def show_check(actor: Actor, draft: Draft, *, chosen: Sequence[str] = (), **context: Any) -> Response[Any]:
    """chosen: the colleagues ticked on a page that was refused."""
    organisations = await organisations_in(draft.area, draft.team_id)
    missing = await read_missing(draft, organisations)
    place = place_of(WizardStep.CHECK, draft.mode)
    return page(
        "wizard/verification.html",
        draft=draft,
        rows=await _all_rows(actor, draft, organisations),
        to_choose=[
            (f"/brouillons/{draft.id}/{one.step}", labels.STEP[one.step])
            for one in missing
            if one.reason == Reason.TWO_TEXTS
        ],
        incomplete=[
            (f"/brouillons/{draft.id}/{one.step}", _step_to_complete(one, draft, organisations))
            for one in missing
            if one.reason != Reason.TWO_TEXTS
        ],
        gone=[
            (f"/brouillons/{draft.id}/{one.step}?depuis=verification", one.told)
            for one in gone_from(draft, organisations, await withdrawn_labels())
        ],
        back=f"/brouillons/{draft.id}/{place.before}",
        named=names_the_citizen(draft),
        doubts=doubts(draft),
        lookalikes=await lookalikes(actor, draft),
        people=await colleague_choices(actor, draft.id),
        chosen=chosen,
        **context,
    )


def _step_to_complete(one: Missing, draft: Draft, organisations: list[ReachableOrganisation]) -> str:
    """The step's name, and what is too long in it, or which organisations cannot be written to."""
    if one.reason == Reason.UNREACHABLE:
        return f"{labels.STEP[one.step]} : on ne peut plus écrire à {', '.join(one.acronyms)}"
    return " : ".join([labels.STEP[one.step], *overlong(one.step, draft, organisations).values()])


async def _all_rows(actor: Actor, draft: Draft, organisations: list[ReachableOrganisation]) -> list[Row]:
    return [
        *_rows(draft, organisations),
        _row(draft, WizardStep.PROBLEM, "pieces", _FILES, await _joined(actor, draft)),
        _row(draft, WizardStep.MANDATE, "mandat", "Mandat", await _mandate(actor, draft)),
    ]


async def step_rows(actor: Actor, draft: Draft, step: WizardStep) -> list[tuple[str, str]]:
    """What was typed or chosen at one step, as the check page says it: label, value."""
    rows = await _all_rows(actor, draft, await organisations_in(draft.area, draft.team_id))
    own = f"/brouillons/{draft.id}/{step}?"
    return [
        (row["key"], row["value"])
        for row in rows
        if row["href"].startswith(own) and row["value"] and row["key"] != _FILES
    ]


def _rows(draft: Draft, organisations: list[ReachableOrganisation]) -> list[Row]:
    contacted = ", ".join(known.acronym for known in organisations if known.id in draft.organisations)
    guided = [
        _row(draft, WizardStep.CATEGORY, "categorie", "Catégorie", draft.category),
        _row(draft, WizardStep.SUBJECT, "sujet", "Sujet choisi", draft.guided_subject or draft.subject),
    ]
    return [
        *(guided if draft.mode == Mode.GUIDED else []),
        _row(draft, WizardStep.ORGANISATIONS, "territoire", "Territoire", draft.area_name, "&territoires=tous"),
        _row(draft, WizardStep.ORGANISATIONS, "organismes", "Organismes contactés", contacted),
        _row(draft, WizardStep.CITIZEN, "prenom", "Prénom", draft.first_name),
        _row(draft, WizardStep.CITIZEN, "nom", "Nom de famille", draft.last_name),
        _row(draft, WizardStep.CITIZEN, "naissance", "Date de naissance", draft.birth),
        *_detail_rows(draft, field_names(draft, organisations)),
        _row(draft, WizardStep.PROBLEM, "objet", "Sujet", draft.subject),
        _row(draft, WizardStep.PROBLEM, "description", "Description du blocage", draft.description),
        _row(draft, WizardStep.PROBLEM, "urgente", "Urgente", _urgency(draft)),
    ]


def _detail_rows(draft: Draft, names: dict[str, str]) -> list[Row]:
    return [
        _row(
            draft,
            WizardStep.CITIZEN,
            names[detail.label],
            detail.label,
            detail.value or ("Non connu" if detail.unknown else ""),
        )
        for detail in draft.details
    ]


def _urgency(draft: Draft) -> str:
    """A reason without the box is shown too: the step asks which of the two counts."""
    answer = "Oui" if draft.urgent else "Non"
    return f"{answer} : {draft.urgency_reason}" if draft.urgency_reason else answer


async def _mandate(actor: Actor, draft: Draft) -> str:
    if draft.mandate is None:
        return ""
    on_paper = draft.mandate.kind == MandateKind.PAPER
    joined = await waiting_with(actor, draft.id, mandate=True) if on_paper else []
    return "\n".join([formats.mandate(draft.mandate), *(one.name for one in joined)])


async def _joined(actor: Actor, draft: Draft) -> str:
    return "\n".join(one.name for one in await waiting_with(actor, draft.id)) or "Aucune"


def _row(draft: Draft, step: WizardStep, name: str, key: str, value: str, query: str = "") -> Row:
    """name: the field's in its step. « Modifier » leads to it, and comes back to this line."""
    href = f"/brouillons/{draft.id}/{step}?depuis={name}{query}#{name}"
    return {"key": key, "value": value, "href": href, "id": f"ligne-{name}"}
