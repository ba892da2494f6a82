"""The steps that are a few fields: mode, category, subject, problem. Each shows, and keeps."""

from datetime import datetime
from typing import Any

from litestar import Request

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import waiting_with
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.pending_choices import keep_pending, pending_of
from app.domain.cases.draft.saving import choose_category, choose_mode, choose_subject, save_problem, save_subject
from app.domain.cases.draft.steps import Problems
from app.domain.cases.draft.view import Draft, Mode
from app.domain.catalogue.guided import categories, subjects_of
from app.routes.cases.wizard_choices import goes_on, shown_choice
from app.routes.forms import PLAIN, Form

Req = Request[Any, Any, Any]
MODES = [
    {
        "value": Mode.GUIDED.value,
        "label": "Mode guidé",
        "hint": "Choisissez une catégorie et un sujet : les organismes à contacter sont ajoutés automatiquement.",
    },
    {
        "value": Mode.FREE.value,
        "label": "Choisir les organismes",
        "hint": "Vous savez déjà quels organismes contacter.",
    },
]


async def show_mode(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    mode = form.typed("mode") if form else (await pending_of(draft.id)).get("mode", draft.mode)
    return {"modes": MODES, "mode": mode, "seats": [], "drafts": [], "draft_id": draft.id}


async def keep_mode(actor: Actor, held: HeldDraft, _: Draft, form: Form, now: datetime) -> Problems:
    if not goes_on(form):
        await keep_pending(actor, held, {"mode": form.typed("mode") or None}, now)
        return {}
    await choose_mode(actor, held, form.typed("mode"), now)
    await keep_pending(actor, held, {"mode": None}, now)
    return {}


async def show_category(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    items = [{"value": choice.id, "label": choice.name, "hint": choice.description} for choice in await categories()]
    items = _with_own(items, draft.category_id, draft.category)
    return {"items": items, "chosen": await _shown(draft, form, "categorie", items, draft.category_id)}


async def _shown(
    draft: Draft, form: Form | None, name: str, items: list[dict[str, Any]], chosen: int | None
) -> int | None:
    """A form that is shown again shows its own choice, and not the one that another page has waiting."""
    if form:
        return shown_choice({name: form.typed(name)}, name, items, None)
    return shown_choice(await pending_of(draft.id), name, items, chosen)


def _with_own(items: list[dict[str, Any]], own: int | None, name: str) -> list[dict[str, Any]]:
    """What the draft chose stays among the choices when the catalogue no longer offers it."""
    if own is None or any(item["value"] == own for item in items):
        return items
    return [*items, {"value": own, "label": name, "hint": "N’est plus proposé ; ce brouillon peut le garder."}]


async def keep_category(actor: Actor, held: HeldDraft, _: Draft, form: Form, now: datetime) -> Problems:
    if not goes_on(form):
        await keep_pending(actor, held, {"categorie": form.typed("categorie") or None}, now)
        return {}
    await keep_pending(actor, held, {"categorie": None, "sujet": None}, now)
    for chosen in form.numbers("categorie")[:1]:
        if not await choose_category(actor, held, chosen, now):
            return {"categorie": "Cette catégorie n’est plus proposée. Choisissez-en une autre."}
    return {}


async def show_subject(draft: Draft, form: Form | None, _: Req) -> dict[str, Any]:
    subjects = await subjects_of(draft.category_id) if draft.category_id else []
    items = [{"value": choice.id, "label": choice.name} for choice in subjects]
    typed = form.typed("sujet") if form and form.checked("en-mots") else draft.subject
    items = _with_own(items, draft.guided_subject_id, draft.guided_subject)
    chosen = await _shown(draft, form, "sujet", items, draft.guided_subject_id)
    return {"items": items, "chosen": chosen, "typed": typed}


async def keep_subject(actor: Actor, held: HeldDraft, _: Draft, form: Form, now: datetime) -> Problems:
    if not form.checked("en-mots"):
        if not goes_on(form):
            await keep_pending(actor, held, {"sujet": form.typed("sujet") or None}, now)
            return {}
        await keep_pending(actor, held, {"sujet": None}, now)
        for chosen in form.numbers("sujet")[:1]:
            if not await choose_subject(actor, held, chosen, now):
                return {"sujet": "Ce sujet n’est plus proposé. Choisissez-en un autre."}
        return {}
    values, errors = form.readable({"sujet": PLAIN})
    if "sujet" in values:
        await save_subject(actor, held, values["sujet"], now)
    return errors


async def show_problem(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    waiting = await waiting_with(request.user, draft.id)
    if form:
        typed = {name: form.typed(name) for name in ("objet", "description", "raison")}
        return {**typed, "urgent": form.checked("urgente"), "waiting": waiting}
    return {
        "objet": draft.subject,
        "description": draft.description,
        "raison": draft.urgency_reason,
        "urgent": draft.urgent,
        "waiting": waiting,
    }


async def keep_problem(actor: Actor, held: HeldDraft, _: Draft, form: Form, now: datetime) -> Problems:
    names = {"objet": "subject", "description": "description", "raison": "urgency_reason"}
    values, errors = form.readable(dict.fromkeys(names, PLAIN))
    texts = {names[name]: value for name, value in values.items()}
    await save_problem(actor, held, texts, urgent=form.checked("urgente"), now=now)
    return errors
