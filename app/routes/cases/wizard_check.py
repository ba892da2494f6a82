"""« Vérifiez vos réponses »: everything on one page, a way back to each, warnings, then sending."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from app import formats, labels
from app.domain.accounts.actor import Actor
from app.domain.attachments.reading import waiting_with
from app.domain.cases.draft import Draft, Mode
from app.domain.cases.gone import gone_from
from app.domain.cases.slips import doubts, lookalikes, names_the_citizen
from app.domain.cases.steps import WizardStep, incomplete_steps, overlong, place_of
from app.domain.catalogue.fields import withdrawn_labels
from app.domain.catalogue.guided import subjects_of
from app.domain.teams.reachability import ReachableOrganisation, organisations_in
from app.routes.cases.invitation import colleague_choices
from app.routes.respond import page

Row = dict[str, str]


async def show_check(actor: Actor, draft: Draft, *, chosen: Sequence[str] = (), **context: Any) -> Response[Any]:
    """chosen: the colleagues ticked on a page that was refused."""
    organisations = await organisations_in(draft.area, draft.team_id)
    has_subjects = bool(draft.category_id and await subjects_of(draft.category_id))
    place = place_of(WizardStep.CHECK, draft.mode)
    return page(
        "wizard/verification.html",
        draft=draft,
        rows=[
            *_rows(draft, ", ".join(known.acronym for known in organisations if known.id in draft.organisations)),
            _row(draft, WizardStep.PROBLEM, "Pièces jointes", await _joined(actor, draft)),
            _row(draft, WizardStep.MANDATE, "Mandat", await _mandate(actor, draft)),
        ],
        incomplete=[
            (f"/brouillons/{draft.id}/{step}", _step_to_complete(step, draft, organisations))
            for step in incomplete_steps(draft, organisations, has_subjects=has_subjects)
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


def _step_to_complete(step: WizardStep, draft: Draft, organisations: list[ReachableOrganisation]) -> str:
    """Its name, and what is too long in it."""
    return " : ".join([labels.STEP[step], *overlong(step, draft, organisations).values()])


def _rows(draft: Draft, organisations: str) -> list[Row]:
    guided = [
        _row(draft, WizardStep.CATEGORY, "Catégorie", draft.category),
        _row(draft, WizardStep.SUBJECT, "Sujet choisi", draft.guided_subject or draft.subject),
    ]
    return [
        *(guided if draft.mode == Mode.GUIDED else []),
        _row(draft, WizardStep.ORGANISATIONS, "Territoire", draft.area_name),
        _row(draft, WizardStep.ORGANISATIONS, "Organismes contactés", organisations),
        _row(draft, WizardStep.CITIZEN, "Prénom", draft.first_name),
        _row(draft, WizardStep.CITIZEN, "Nom de famille", draft.last_name),
        _row(draft, WizardStep.CITIZEN, "Date de naissance", draft.birth),
        *(
            _row(draft, WizardStep.CITIZEN, detail.label, detail.value or ("Non connu" if detail.unknown else ""))
            for detail in draft.details
        ),
        _row(draft, WizardStep.PROBLEM, "Sujet", draft.subject),
        _row(draft, WizardStep.PROBLEM, "Description du blocage", draft.description),
        _row(draft, WizardStep.PROBLEM, "Urgente", _urgency(draft)),
    ]


def _urgency(draft: Draft) -> str:
    """A reason without the box is shown too: the step asks which of the two counts."""
    answer = "Oui" if draft.urgent else "Non"
    return f"{answer} : {draft.urgency_reason}" if draft.urgency_reason else answer


async def _mandate(actor: Actor, draft: Draft) -> str:
    joined = [one.name for one in await waiting_with(actor, draft.id, mandate=True)]
    return "\n".join([formats.mandate(draft.mandate), *joined]) if draft.mandate else ""


async def _joined(actor: Actor, draft: Draft) -> str:
    return "\n".join(one.name for one in await waiting_with(actor, draft.id)) or "Aucune"


def _row(draft: Draft, step: WizardStep, key: str, value: str) -> Row:
    return {"key": key, "value": value, "href": f"/brouillons/{draft.id}/{step}?depuis=verification"}
