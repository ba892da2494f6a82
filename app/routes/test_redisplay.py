"""A refused form is shown again with its status, and nothing of the request stays in memory."""

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.testing import create_test_client

from app.domain.errors import AccessDenied, Conflict, DomainError, Forbidden, Invalid, NotFound, TooManyRequests
from app.routes.redisplay import Refusal, redisplay

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TOO_OFTEN = TooManyRequests(NOON + timedelta(minutes=2), NOON, "C’est beaucoup.")
RAISED: dict[str, DomainError] = {
    "invalid": Invalid(nom="Écrivez le nom."),
    "conflict": Conflict("Quelqu’un d’autre a été plus rapide."),
    "refused": Forbidden("Ce n’est pas permis."),
    "too-often": TOO_OFTEN,
    "not-found": NotFound("Cette page n’existe pas."),
    "not-yours": AccessDenied("Cette page n’existe pas."),
}


async def show_again(refusal: Refusal, name: str, word: str, now: datetime) -> Response[Any]:
    return Response({"fields": refusal.fields, "message": refusal.message, "got": [name, word, now.year]})


@get("/essai/{name:str}")
@redisplay(show_again)
async def attempt(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    now: NamedDependency[datetime],
    word: Annotated[str, QueryParameter(name="mot")] = "rien",
) -> Response[Any]:
    if name in RAISED:
        raise RAISED[name]
    return Response("fait")


@pytest.mark.parametrize(
    ("name", "status", "fields", "message", "retry_after"),
    [
        ("invalid", 422, {"nom": "Écrivez le nom."}, "", None),
        ("conflict", 409, {}, "Quelqu’un d’autre a été plus rapide.", None),
        ("refused", 403, {}, "Ce n’est pas permis.", None),
        ("too-often", 429, {}, "C’est beaucoup. Réessayez à partir de 13 h 02 (dans 2 minutes).", "120"),
    ],
)
def test_a_refused_form_is_shown_again(
    name: str, status: int, fields: dict[str, str], message: str, retry_after: str | None
) -> None:
    """Litestar reads the parameters of the handler through the decorator: path, query with its default, dependency."""
    with create_test_client([attempt], dependencies={"now": provide_noon}) as client:
        for query, word in (("", "rien"), ("?mot=oui", "oui")):
            page = client.get(f"/essai/{name}{query}")

            assert page.status_code == status and page.headers.get("Retry-After") == retry_after
            assert page.json() == {"fields": fields, "message": message, "got": [name, word, 2026]}


async def provide_noon() -> datetime:
    return NOON


@pytest.mark.parametrize("name", ["not-found", "not-yours"])
async def test_what_is_absent_shows_no_form(name: str) -> None:
    with pytest.raises(NotFound):
        await attempt.fn(request=SimpleNamespace(state=State()), name=name, now=NOON, word="")


@pytest.mark.parametrize(("name", "denied"), [("refused", True), ("conflict", False), ("invalid", False)])
async def test_a_denied_access_is_left_for_the_audit_log(name: str, denied: bool) -> None:
    request: Any = SimpleNamespace(state=State())
    await attempt.fn(request=request, name=name, now=NOON, word="")

    assert request.state.denied is denied and request.state.denied_case is None


def test_a_refusal_says_its_message_beside_one_field() -> None:
    assert Refusal({}, "Trop tard.", 409).one_field("nom") == {"nom": "Trop tard."}
    assert Refusal({"prenom": "Écrivez-le."}, "", 422).one_field("nom") == {"prenom": "Écrivez-le."}


async def test_a_handler_that_lacks_a_parameter_is_refused_at_import() -> None:
    async def handler(name: str) -> Response[Any]:
        return Response(name)

    with pytest.raises(TypeError, match="handler lacks now, request, word"):
        redisplay(show_again)(handler)


@contextmanager
def collect_nothing() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def test_nothing_of_a_refused_request_stays_in_a_reference_cycle() -> None:
    """An error keeps its traceback, and so the frames of the handler, which hold the request."""

    class FakeRequest:
        state = State()

    held: list[weakref.ref[Any]] = []

    async def show(refusal: Refusal) -> Response[Any]:
        return Response(refusal.message)

    @redisplay(show)
    async def handler(request: Any) -> Response[Any]:
        held.append(weakref.ref(request))
        raise Conflict("Trop tard.")

    with collect_nothing():
        assert (await handler(request=FakeRequest())).status_code == 409
        assert held[0]() is None
