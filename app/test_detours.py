"""What each request would pay for nothing: another thread, the disk, names compared at each import."""

from inspect import iscoroutinefunction

from jinja2 import Environment

from app.routes import access
from app.routes.csrf import guard_origin


def test_no_guard_takes_another_thread() -> None:
    assert all(iscoroutinefunction(guard) for guard in {*access.GUARDS, guard_origin})


def test_a_template_is_read_once_and_its_macros_made_once(templates: Environment) -> None:
    field = templates.get_template("ui/field.html")

    assert not templates.auto_reload
    page = templates.get_template("login/show.html").new_context()
    assert field._get_default_module(page) is field._get_default_module(page) is field.module
