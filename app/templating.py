"""The environment in which every page and every letter is rendered."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.domain.administration import duties_of
from app.formats import FILTERS
from app.labels import NOTICES
from app.routes import assets, csrf
from app.routes.respond import NOTICE_COOKIE, wants_fragment
from app.settings import settings

COMPONENTS = Path(__file__).parent / "components"


def environment() -> Environment:
    """Escapes everything, letters in plain text excepted; a misspelt name is an error, never an empty string."""
    jinja = Environment(
        loader=FileSystemLoader(COMPONENTS),
        autoescape=lambda name: not (name or "").endswith(".txt"),  # noqa: S701 # nosec B701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(
        brand=settings.brand,
        demo=settings.demo,
        theme_css=settings.theme_css,
        contact_address=settings.contact_address,
        public_url=settings.public_url,
        asset=assets.asset,
        picture=assets.picture,
        duties_of=duties_of,
        csrf_field=_csrf_field,
        notice_text=_notice_text,
        shell=_shell,  # nosec B604
    )
    jinja.filters.update(FILTERS)
    return jinja


@pass_context
def _csrf_field(context: Context) -> Markup:
    return csrf.csrf_field(context["request"])


@pass_context
def _notice_text(context: Context) -> str:
    """The confirmation that the last action left, if any."""
    return NOTICES.get(context["request"].cookies.get(NOTICE_COOKIE, ""), "")


@pass_context
def _shell(context: Context) -> str:
    """What a page extends that is also brought into an open one."""
    return "fragment.html" if wants_fragment(context["request"]) else "layout.html"
