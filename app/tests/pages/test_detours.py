"""What each request would pay for nothing: another thread, the disk, names compared at each import."""

from inspect import iscoroutinefunction

from jinja2 import Environment
from litestar import Litestar
from litestar.routes import HTTPRoute

from app.routes import guards
from app.routes.middleware.csrf import guard_origin


def test_no_guard_takes_another_thread() -> None:
    assert all(iscoroutinefunction(guard) for guard in {*guards.GUARDS, guard_origin})


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


def test_a_template_is_read_once_and_its_macros_made_once(templates: Environment) -> None:
    field = templates.get_template("ui/field.html")

    assert not templates.auto_reload
    page = templates.get_template("login/show.html").new_context()
    assert field._get_default_module(page) is field._get_default_module(page) is field.module
