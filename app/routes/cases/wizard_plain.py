"""The short steps: mode, category, subject, problem."""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import list_unsent_attachments
from app.domain.cases.draft.draft import Draft, WizardMode
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.pending_choices import load_pending_answers, save_pending_answers
from app.domain.cases.draft.saving import choose_category, choose_mode, choose_subject, save_problem, save_subject
from app.domain.cases.draft.steps import Problems
from app.domain.catalogue.guided import list_categories, list_subjects
from app.routes.cases.wizard_choices import find_shown_choice, is_continuing
from app.routes.forms import MAX_FORM_BYTES, Form

Req = Request[Any, Any, Any]
MODES = [
    {
        "value": WizardMode.GUIDED.value,
        "label": "Mode guidé",
        "hint": "Choisissez une catégorie et un sujet : les organismes à contacter sont ajoutés automatiquement.",
    },
    {
        "value": WizardMode.FREE.value,
        "label": "Choisir les organismes",
        "hint": "Vous savez déjà quels organismes contacter.",
    },
]


async def build_mode_context(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    mode = form.read_as_typed("mode") if form else (await load_pending_answers(draft.id)).get("mode", draft.mode)
    return {"modes": MODES, "mode": mode, "seats": [], "drafts": [], "draft_id": draft.id}


async def save_mode_form(actor: Actor, held: LockedDraft, _: Draft, form: Form, now: datetime) -> Problems:
    if not is_continuing(form):
        await save_pending_answers(actor, held, {"mode": form.read_as_typed("mode") or None}, now)
        return {}
    await choose_mode(actor, held, form.read_as_typed("mode"), now)
    await save_pending_answers(actor, held, {"mode": None}, now)
    return {}


async def build_category_context(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    items = [
        {"value": choice.id, "label": choice.name, "hint": choice.description} for choice in await list_categories()
    ]
    items = _add_own_choice(items, draft.category_id, draft.category)
    return {"items": items, "chosen": await _choose_shown(draft, form, "categorie", items, draft.category_id)}


async def _choose_shown(
    draft: Draft, form: Form | None, name: str, items: list[dict[str, Any]], chosen: int | None
) -> int | None:
    """A form that is shown again keeps its own choice, not the one that another page has pending."""
    if form:
        return find_shown_choice({name: form.read_as_typed(name)}, name, items, None)
    return find_shown_choice(await load_pending_answers(draft.id), name, items, chosen)


def _add_own_choice(items: list[dict[str, Any]], own: int | None, name: str) -> list[dict[str, Any]]:
    """The draft's own choice remains offered after the catalogue has withdrawn it."""
    if own is None or any(item["value"] == own for item in items):
        return items
    return [*items, {"value": own, "label": name, "hint": "N’est plus proposé ; ce brouillon peut le garder."}]


async def save_category_form(actor: Actor, held: LockedDraft, _: Draft, form: Form, now: datetime) -> Problems:
    if not is_continuing(form):
        await save_pending_answers(actor, held, {"categorie": form.read_as_typed("categorie") or None}, now)
        return {}
    await save_pending_answers(actor, held, {"categorie": None, "sujet": None}, now)
    for chosen in form.read_numbers("categorie")[:1]:
        if not await choose_category(actor, held, chosen, now):
            return {"categorie": "Cette catégorie n’est plus proposée. Choisissez-en une autre."}
    return {}


async def build_subject_context(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    subjects = await list_subjects(draft.category_id) if draft.category_id else []
    items = [{"value": choice.id, "label": choice.name} for choice in subjects]
    typed = form.read_as_typed("sujet") if form and form.has_field("en-mots") else draft.subject
    items = _add_own_choice(items, draft.guided_subject_id, draft.guided_subject)
    chosen = await _choose_shown(draft, form, "sujet", items, draft.guided_subject_id)
    return {"items": items, "chosen": chosen, "typed": typed}


async def save_subject_form(actor: Actor, held: LockedDraft, _: Draft, form: Form, now: datetime) -> Problems:
    if not form.has_field("en-mots"):
        if not is_continuing(form):
            await save_pending_answers(actor, held, {"sujet": form.read_as_typed("sujet") or None}, now)
            return {}
        await save_pending_answers(actor, held, {"sujet": None}, now)
        for chosen in form.read_numbers("sujet")[:1]:
            if not await choose_subject(actor, held, chosen, now):
                return {"sujet": "Ce sujet n’est plus proposé. Choisissez-en un autre."}
        return {}
    values, errors = form.read_valid_texts({"sujet": MAX_FORM_BYTES})
    if "sujet" in values:
        await save_subject(actor, held, values["sujet"], now)
    return errors


async def build_problem_context(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    waiting = await list_unsent_attachments(request.user, draft.id)
    if form:
        typed = {name: form.read_as_typed(name) for name in ("objet", "description", "raison")}
        return {**typed, "urgent": form.has_field("urgente"), "waiting": waiting}
    return {
        "objet": draft.subject,
        "description": draft.description,
        "raison": draft.urgency_reason,
        "urgent": draft.urgent,
        "waiting": waiting,
    }


async def save_problem_form(actor: Actor, held: LockedDraft, _: Draft, form: Form, now: datetime) -> Problems:
    names = {"objet": "subject", "description": "description", "raison": "urgency_reason"}
    values, errors = form.read_valid_texts(dict.fromkeys(names, MAX_FORM_BYTES))
    texts = {names[name]: value for name, value in values.items()}
    await save_problem(actor, held, texts, urgent=form.has_field("urgente"), now=now)
    return errors
