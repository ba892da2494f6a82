"""The pages of errors. Each says what happened and what to do next, and blames no one."""

import logging
import secrets
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException
from litestar.types import ExceptionHandlersMap

from app.domain.errors import (
    AccessEnded,
    Conflict,
    DomainError,
    Forbidden,
    NotFound,
    TooManyRequests,
    UnreadableError,
)
from app.domain.platform.state import ReadOnlyError, is_unavailable
from app.routes.forms import is_readable, read_form_start
from app.routes.guards import FirstVisitError, SecondFactorError, StaleLoginError
from app.routes.lazy_page import LazyPage
from app.routes.login.destination import MAX_DESTINATION_LENGTH
from app.routes.middleware.allowed_hosts import UnknownHostError
from app.routes.middleware.csrf import SAFE_METHODS, TOKEN_FIELD, is_same_origin
from app.routes.middleware.read_only import RETRY_AFTER_SECONDS, MaintenanceError
from app.routes.middleware.slow_bodies import SlowBodyError
from app.routes.redisplay import describe_refusal, note_denied_access
from app.routes.respond import build_form_notice, build_page, read_requested_path, redirect_after_post, wants_fragment
from app.settings import settings
from app.text import labels

log = logging.getLogger("aplus.errors")
_PAGE_OF_STATUS = {400: "400", 403: "403", 404: "404", 405: "404", 413: "413"}


def on_domain_error(request: Request[Any, Any, Any], error: DomainError) -> Response[Any]:
    """For routes without a form to show again (app/routes/redisplay.py)."""
    note_denied_access(request, error)
    if isinstance(error, NotFound):
        return _build_not_found_page(request, error)
    if isinstance(error, TooManyRequests):
        return _answer_rate_limit(error)
    if isinstance(error, Forbidden):
        return _build_refusal_with_texts("403", str(error))
    name, status = ("409", 409) if isinstance(error, Conflict) else ("400", 422)
    return build_error_page(request, name, status, explanation=str(error))


def _build_not_found_page(request: Request[Any, Any, Any], error: NotFound) -> Response[Any]:
    """A page that does not exist, or not any more for this person, with the typed texts to copy.

    htmx gets only the reason of the lost access: the open page still has the texts in its form.
    """
    ended = error.access_end if isinstance(error, AccessEnded) else None
    if ended and wants_fragment(request):
        answer = build_page("cases/ended.html", status=410, ended=ended)
        answer.headers["HX-Reswap"] = "none"
        return answer
    return _build_refusal_with_texts("410" if ended else "404", str(error), ended=ended)


def _build_refusal_with_texts(name: str, explanation: str, **context: Any) -> LazyPage:
    """name is a status and a template. The page has the typed texts, to copy."""

    async def build(request: Request[Any, Any, Any]) -> Response[Any]:
        words = await _list_texts_to_copy(request)
        return build_error_page(request, name, int(name), explanation=explanation, words=words, **context)

    return LazyPage(build, int(name))


async def _list_texts_to_copy(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """Label and value of each text field of the posted form. Empty for a form of another site."""
    if request.method in SAFE_METHODS or not is_same_origin(request):
        return []
    return [
        (labels.TEXT_FIELDS[name], value)
        for name, value in await _read_submitted_fields(request)
        if name in labels.TEXT_FIELDS and value
    ]


def _answer_rate_limit(error: TooManyRequests) -> Response[Any]:
    """Retry-After has the delay in seconds, and the page says it in words."""
    refusal = describe_refusal(error)
    answer = _build_refusal_with_texts("429", refusal.message)
    answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = error.status_code
    if status >= 500:
        return on_unexpected_error(request, error)
    if status == 413 and wants_fragment(request):
        return build_form_notice("errors/too_heavy.html", status)
    return build_error_page(request, _PAGE_OF_STATUS.get(status, "400"), status)


def on_unknown_host(request: Request[Any, Any, Any], error: UnknownHostError) -> Response[Any]:
    said = f"La plateforme n’est pas à cette adresse. Son adresse est {settings.public_url}."
    return build_error_page(request, "400", 400, explanation=said)


def on_slow_body(request: Request[Any, Any, Any], error: SlowBodyError) -> Response[Any]:
    """408. The page before still has what was typed. The connection is closed: the rest of the body is not read."""
    fragment = wants_fragment(request)
    answer = build_form_notice("errors/too_slow.html", 408) if fragment else build_error_page(request, "408", 408)
    answer.headers["Connection"] = "close"
    return answer


def on_signed_out(request: Request[Any, Any, Any], error: NotAuthorizedException) -> Response[Any]:
    """A page redirects to login, then back. A form gets 401 and what was typed, to send again."""
    if wants_fragment(request):
        return build_form_notice("errors/signed_out.html", 401)
    if request.method in SAFE_METHODS:
        return redirect_after_post(f"/login{_build_next_query(request)}")
    return _build_resend_page("session", 401)


def on_first_visit_required(request: Request[Any, Any, Any], error: FirstVisitError) -> Response[Any]:
    """A page redirects to the first visit, then back. A form gets 403 and what was typed, to send again."""
    if request.method in SAFE_METHODS and not wants_fragment(request):
        return redirect_after_post(f"/bienvenue{_build_next_query(request)}")
    return _build_resend_page("bienvenue", 403)


def on_second_factor_required(request: Request[Any, Any, Any], error: SecondFactorError) -> Response[Any]:
    """Like on_first_visit_required, towards the page that sets up the second factor."""
    if request.method in SAFE_METHODS and not wants_fragment(request):
        return redirect_after_post(f"/profil/double-authentification{_build_next_query(request)}")
    return _build_resend_page("double_authentification", 403)


def on_reauthentication_required(request: Request[Any, Any, Any], error: StaleLoginError) -> Response[Any]:
    """Like on_first_visit_required, towards the page that confirms identity."""
    if request.method in SAFE_METHODS and not wants_fragment(request):
        return redirect_after_post(f"/profil/confirmation{_build_next_query(request)}")
    return _build_resend_page("confirmation", 403)


def on_csrf_refused(request: Request[Any, Any, Any], error: PermissionDeniedException) -> Response[Any]:
    """A form of ours that was open for too long is shown again with a new token, to send again. Others get 403."""
    if error.detail == "jeton" and is_same_origin(request):
        return _build_resend_page("jeton", 403)
    return build_error_page(request, "403", 403)


def _build_resend_page(name: str, status: int, **context: Any) -> LazyPage:
    """The page has what was typed, to send it again. What another site has posted is left out."""

    async def build(request: Request[Any, Any, Any]) -> Response[Any]:
        fields = await _read_submitted_fields(request) if is_same_origin(request) else []
        return build_error_page(request, name, status, fields=fields, action=request.scope["path"], **context)

    return LazyPage(build, status)


async def _read_submitted_fields(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    try:
        sent = (await read_form_start(request)).items()
    except HTTPException:
        return []
    return [
        (name, value)
        for name, value in sent
        if isinstance(value, str) and _may_show_field(name) and is_readable(value) and is_readable(name)
    ]


def _may_show_field(name: str) -> bool:
    """Passwords and recovery codes are never written into a page."""
    return name != TOKEN_FIELD and not name.startswith(("mot-de-passe", "code-de-"))


def _build_next_query(request: Request[Any, Any, Any]) -> str:
    """Empty above MAX_DESTINATION_LENGTH: the address would not fit in a header."""
    asked = read_requested_path(request)
    return f"?next={quote(asked)}" if len(asked) <= MAX_DESTINATION_LENGTH else ""


def on_unreadable(request: Request[Any, Any, Any], error: UnreadableError) -> Response[Any]:
    """Data could not be decrypted: a key is missing, or the storage was altered. No part of it is shown."""
    facts = _describe_incident(request)
    incident = facts["incident"]
    log.error("incident %s: cannot decrypt: %s", incident, error, extra=facts)
    if wants_fragment(request):
        return build_form_notice("errors/crashed.html", 500, incident=incident)
    return build_error_page(request, "unreadable", 500, incident=incident)


def on_unexpected_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The page shows only the incident number. The log has the rest."""
    facts = _describe_incident(request)
    incident = facts["incident"]
    log.exception("incident %s", incident, exc_info=error, extra=facts)
    if is_unavailable(error):
        return _answer_unavailable(request, incident)
    if wants_fragment(request):
        return build_form_notice("errors/crashed.html", 500, incident=incident)
    return build_error_page(request, "500", 500, incident=incident)


def _describe_incident(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The path template, never the address: an address may contain a typed word or a secret."""
    person = getattr(request.scope.get("user"), "id", None)
    return {"incident": secrets.token_hex(4), "route": request.scope.get("path_template"), "person": person}


def _answer_unavailable(request: Request[Any, Any, Any], incident: str) -> Response[Any]:
    """The database is unreachable or the disk is full. What was typed is shown, to send again in a minute."""
    answer: Response[Any] = _build_resend_page("away", 503, incident=incident)
    if wants_fragment(request):
        answer = build_form_notice("errors/not_kept.html", 503, incident=incident)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def build_error_page(request: Request[Any, Any, Any], name: str, status: int, **context: Any) -> Response[Any]:
    """For htmx the page replaces the whole body, not the target of a fragment.

    Where a proxy strips HX-Retarget, app/static/sending.js recognises a whole page.
    """
    answer = build_page(
        f"errors/{name}.html", status=status, **{"explanation": "", "incident": "", "words": (), **context}
    )
    if wants_fragment(request):
        answer.headers.update({"HX-Retarget": "body", "HX-Reswap": "innerHTML"})
    return answer


def on_maintenance(request: Request[Any, Any, Any], error: MaintenanceError | ReadOnlyError) -> Response[Any]:
    """Nothing can be written. What was typed is shown, to send again after maintenance."""
    answer: Response[Any] = _build_resend_page("maintenance", 503)
    if wants_fragment(request):
        answer = build_form_notice("errors/read_only.html", 503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    MaintenanceError: on_maintenance,
    ReadOnlyError: on_maintenance,
    DomainError: on_domain_error,
    NotAuthorizedException: on_signed_out,
    UnknownHostError: on_unknown_host,
    SlowBodyError: on_slow_body,
    FirstVisitError: on_first_visit_required,
    SecondFactorError: on_second_factor_required,
    StaleLoginError: on_reauthentication_required,
    PermissionDeniedException: on_csrf_refused,
    UnreadableError: on_unreadable,
    HTTPException: on_http_error,
    Exception: on_unexpected_error,
}
