"""Costs that no request should pay: another thread, a disk access, names compared at each import."""

from inspect import iscoroutinefunction

from jinja2 import DictLoader, Environment
from litestar import Litestar
from litestar.routes import HTTPRoute

from app.routes import guards
from app.routes.middleware.csrf import check_request
from app.templating import build_environment


def test_no_guard_takes_another_thread() -> None:
    assert all(iscoroutinefunction(guard) for guard in {*guards.ENTRY_GUARDS, check_request})


def test_no_page_makes_tasks_for_who_asks_and_when(application: Litestar) -> None:
    batches = [
        batch
        for route in application.routes
        if isinstance(route, HTTPRoute)
        for handler, asked in route.route_handler_map.values()
        if "GET" in handler.http_methods
        for batch in asked.dependency_batches
    ]
    assert batches and all(len(batch) == 1 for batch in batches)


def test_a_template_is_read_once_and_shares_the_names_of_all(templates: Environment) -> None:
    field = templates.get_template("ui/field.html")

    assert not templates.auto_reload
    assert field.globals is templates.globals


def test_macros_are_made_once_for_all_pages() -> None:
    made: list[str] = []
    jinja = build_environment()
    jinja.globals["record"] = made.append
    jinja.loader = DictLoader(
        {
            "macros.html": "{{ record('made') }}{% macro word() %}word{% endmacro %}",
            "page.html": "{% import 'macros.html' as macros %}{{ macros.word() }}",
        }
    )

    assert [jinja.get_template("page.html").render() for _ in range(2)] == ["word", "word"]
    assert made == ["made"]


def test_a_template_with_names_of_its_own_lends_them_to_no_other(templates: Environment) -> None:
    assert templates.from_string("{{ own }}", {"own": "one"}).render() == "one"

    assert "own" not in templates.globals
