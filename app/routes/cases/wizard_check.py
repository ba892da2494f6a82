"""« Vérifiez vos réponses »: all answers with a link to change each, warnings, and the button that sends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Response

from app.domain.absences.absent_teams import AbsentTeam, find_absent_teams
from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import list_unsent_attachments
from app.domain.cases.citizen import Citizen
from app.domain.cases.draft.completeness import BlockerReason, SubmissionBlocker, load_submission_blockers
from app.domain.cases.draft.draft import Draft, WizardMode
from app.domain.cases.draft.steps import WizardStep, build_field_names, find_overlong_texts, find_step_position
from app.domain.cases.draft.warnings import has_citizen_name, list_answer_warnings
from app.domain.cases.draft.withdrawn_choices import list_withdrawn_choices
from app.domain.cases.lookalikes.find_lookalikes import find_lookalikes
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.catalogue.fields import list_withdrawn_labels
from app.domain.teams.reachability import OrganisationReachability, list_organisations_in_area
from app.routes.cases.invitation import list_colleague_choices
from app.routes.respond import build_page
from app.text import formats, labels

Row = dict[str, str]
_FILES_LABEL = "Pièces jointes"


async def build_check_page(
    actor: Actor, draft: Draft, now: datetime, *, chosen: Sequence[str] = (), **context: Any
) -> Response[Any]:
    """chosen holds the ids of the colleagues that were ticked on a refused page."""
    organisations = await list_organisations_in_area(draft.area, draft.team_id)
    missing = await load_submission_blockers(draft, organisations)
    place = find_step_position(WizardStep.CHECK, draft.mode)
    return build_page(
        "wizard/verification.html",
        draft=draft,
        rows=await _load_all_rows(actor, draft, organisations),
        to_choose=[
            (f"/brouillons/{draft.id}/{one.step}", labels.STEP[one.step])
            for one in missing
            if one.reason == BlockerReason.TWO_TEXTS
        ],
        incomplete=[
            (f"/brouillons/{draft.id}/{one.step}", _format_incomplete_step(one, draft, organisations))
            for one in missing
            if one.reason != BlockerReason.TWO_TEXTS
        ],
        gone=[
            (f"/brouillons/{draft.id}/{one.step}?depuis=verification", one.explanation)
            for one in list_withdrawn_choices(draft, organisations, await list_withdrawn_labels())
        ],
        back=f"/brouillons/{draft.id}/{place.previous_step}",
        named=has_citizen_name(draft),
        doubts=list_answer_warnings(draft),
        lookalikes=await find_lookalikes(actor, _build_citizen(draft), draft.details, now),
        absent=await _find_absent_teams(draft, organisations, now),
        people=await list_colleague_choices(actor, draft.id),
        chosen=chosen,
        **context,
    )


def _build_citizen(draft: Draft) -> Citizen:
    return Citizen(draft.first_name, draft.last_name, draft.birth)


async def _find_absent_teams(
    draft: Draft, organisations: list[OrganisationReachability], now: datetime
) -> list[AbsentTeam]:
    """Those that would receive the case."""
    chosen = [team for known in organisations if known.id in draft.organisations for team in known.teams]
    return await find_absent_teams(chosen, now)


def _format_incomplete_step(one: SubmissionBlocker, draft: Draft, organisations: list[OrganisationReachability]) -> str:
    """The name of the step, and its texts that are too long or its organisations that are unreachable."""
    if one.reason == BlockerReason.UNREACHABLE:
        return f"{labels.STEP[one.step]} : on ne peut plus écrire à {', '.join(one.unreachable_acronyms)}"
    return " : ".join([labels.STEP[one.step], *find_overlong_texts(one.step, draft, organisations).values()])


async def _load_all_rows(actor: Actor, draft: Draft, organisations: list[OrganisationReachability]) -> list[Row]:
    return [
        *_build_rows(draft, organisations),
        _build_row(draft, WizardStep.PROBLEM, "pieces", _FILES_LABEL, await _format_attachments(actor, draft)),
        _build_row(draft, WizardStep.MANDATE, "mandat", "Mandat", await _format_mandate(actor, draft)),
    ]


async def list_step_rows(actor: Actor, draft: Draft, step: WizardStep) -> list[tuple[str, str]]:
    """Label and value of each answer of the step, as the check page shows them."""
    rows = await _load_all_rows(actor, draft, await list_organisations_in_area(draft.area, draft.team_id))
    own = f"/brouillons/{draft.id}/{step}?"
    return [
        (row["key"], row["value"])
        for row in rows
        if row["href"].startswith(own) and row["value"] and row["key"] != _FILES_LABEL
    ]


def _build_rows(draft: Draft, organisations: list[OrganisationReachability]) -> list[Row]:
    contacted = ", ".join(known.acronym for known in organisations if known.id in draft.organisations)
    guided = [
        _build_row(draft, WizardStep.CATEGORY, "categorie", "Catégorie", draft.category),
        _build_row(draft, WizardStep.SUBJECT, "sujet", "Sujet choisi", draft.guided_subject or draft.subject),
    ]
    return [
        *(guided if draft.mode == WizardMode.GUIDED else []),
        _build_row(draft, WizardStep.ORGANISATIONS, "territoire", "Territoire", draft.area_name, "&territoires=tous"),
        _build_row(draft, WizardStep.ORGANISATIONS, "organismes", "Organismes contactés", contacted),
        _build_row(draft, WizardStep.CITIZEN, "prenom", "Prénom", draft.first_name),
        _build_row(draft, WizardStep.CITIZEN, "nom", "Nom de famille", draft.last_name),
        _build_row(draft, WizardStep.CITIZEN, "naissance", "Date de naissance", draft.birth),
        *_build_detail_rows(draft, build_field_names(draft, organisations)),
        _build_row(draft, WizardStep.PROBLEM, "objet", "Sujet", draft.subject),
        _build_row(draft, WizardStep.PROBLEM, "description", "Description du blocage", draft.description),
        _build_row(draft, WizardStep.PROBLEM, "urgente", "Urgente", _format_urgency(draft)),
    ]


def _build_detail_rows(draft: Draft, names: dict[str, str]) -> list[Row]:
    return [
        _build_row(
            draft,
            WizardStep.CITIZEN,
            names[detail.label],
            detail.label,
            detail.value or ("Non connu" if detail.unknown else ""),
        )
        for detail in draft.details
    ]


def _format_urgency(draft: Draft) -> str:
    """A reason without the ticked box is shown too: the step asks which of the two is right."""
    answer = "Oui" if draft.urgent else "Non"
    return f"{answer} : {draft.urgency_reason}" if draft.urgency_reason else answer


async def _format_mandate(actor: Actor, draft: Draft) -> str:
    if draft.mandate is None:
        return ""
    on_paper = draft.mandate.kind == MandateKind.PAPER
    joined = await list_unsent_attachments(actor, draft.id, mandate=True) if on_paper else []
    return "\n".join([formats.format_mandate(draft.mandate), *(one.name for one in joined)])


async def _format_attachments(actor: Actor, draft: Draft) -> str:
    return "\n".join(one.name for one in await list_unsent_attachments(actor, draft.id)) or "Aucune"


def _build_row(draft: Draft, step: WizardStep, name: str, key: str, value: str, query: str = "") -> Row:
    """name is the name of the field in its step. « Modifier » links to the field, and returns to this line."""
    href = f"/brouillons/{draft.id}/{step}?depuis={name}{query}#{name}"
    return {"key": key, "value": value, "href": href, "id": f"ligne-{name}"}
