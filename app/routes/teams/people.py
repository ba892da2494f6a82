"""« Personnes »: the people whom the actor manages, with search; and the page of each account."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.people.detail import load_person
from app.domain.people.listing import PersonFilters, PersonView, RoleFilter, count_views, list_people
from app.domain.reorganisation.inherited_duties import list_inherited_duties
from app.routes.deps import RowId
from app.routes.query_params import QueryParams, encode_query
from app.routes.respond import build_page
from app.routes.teams.inherited_duties import list_inherited_lines
from app.text.labels.people import PERSON_VIEW, ROLE_FILTER

PATH = "/personnes"


def read_filters(query: QueryParams) -> PersonFilters:
    """Unknown values are ignored."""
    return PersonFilters(
        view=query.read_choice(PersonView, "vue") or PersonView.ALL,
        words=query.read_text("q"),
        role=query.read_choice(RoleFilter, "role"),
        page=query.read_number("page") or 1,
    )


def address_of(filters: PersonFilters) -> str:
    """The query string of these filters, on the first page."""
    view = filters.view.value if filters.view != PersonView.ALL else ""
    return encode_query(vue=view, q=filters.words, role=filters.role)


@get(PATH)
async def list_people_page(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Response[Any]:
    filters = read_filters(QueryParams(request.query_params))
    counts = await count_views(actor)
    return build_page(
        "people/index.html",
        filters=filters,
        query=address_of(filters),
        filtered=bool(filters.words or filters.role),
        listing=await list_people(actor, filters),
        views=[(view, PERSON_VIEW[view], counts[view]) for view in PersonView],
        roles=[{"id": role.value, "name": name} for role, name in ROLE_FILTER.items()],
        by_role=actor.role == PlatformRole.ADMIN,
    )


@get("/personnes/{person_id:int}")
async def show_person(actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]) -> Response[Any]:
    """Inherited duties are still listed after the account is closed, since they are checked then too."""
    person = await load_person(actor, person_id)
    closed = person.may_close_account and not person.active
    legacy = list_inherited_lines(await list_inherited_duties(actor, person_id, now)) if closed else []
    return build_page("people/show.html", person=person, own=person_id == actor.id, legacy=legacy)
