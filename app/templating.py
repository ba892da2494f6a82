"""The environment in which every page and every letter is rendered."""

from collections.abc import Callable, Hashable, Iterable, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.domain.accounts.duties import duties_of
from app.domain.memo import Once
from app.domain.opaque_ids import Use, hide
from app.domain.tokens import browser_key
from app.routes.guards import sees_mailbox
from app.routes.middleware import csrf
from app.routes.pages import assets
from app.routes.respond import NOTICE_COOKIE, wants_fragment
from app.settings import settings
from app.text.formats import FILTERS
from app.text.labels import NOTICES

COMPONENTS = Path(__file__).parent / "components"


class Components(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own globals for each template: Jinja layers them in a ChainMap, which is slow to compare
        at each import of a macro and to copy at each page (docs/decisions.md). No template has globals of its own.
        """
        return super().make_globals(d) if d else self.globals


def environment() -> Environment:
    """Escapes everything, letters in plain text excepted; a misspelt name is an error, never an empty string.

    A template is read once: a change is seen at the next start.
    """
    jinja = Components(
        loader=FileSystemLoader(COMPONENTS),
        autoescape=lambda name: not (name or "").endswith(".txt"),  # nosec B701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.globals.update(
        brand=settings.brand,
        demo=settings.demo,
        public_demo=settings.public_demo,
        sees_mailbox=sees_mailbox,
        theme_css=settings.theme_css,
        contact_address=settings.contact_address,
        public_url=settings.public_url,
        source_url=settings.source_url,
        asset=assets.asset,
        picture=assets.picture,
        duties_of=duties_of,
        browser_key=_browser_key,
        csrf_field=_csrf_field,
        notice_text=_notice_text,
        **_drawn_once(),
        shell=_shell,  # nosec B604
    )
    jinja.filters.update(FILTERS, hidden=_hidden)
    return jinja


def _hidden(number: int, use: str) -> str:
    """A number of the database, as a page may show it: {{ entry.event_id|hidden("LINE") }}."""
    return hide(Use[use], number)


def _drawn_once() -> dict[str, Callable[..., Markup]]:
    """once: a macro's words for these values, without the blanks around them; once_each: for each value in turn.

    For macros that see nothing but their values: neither the request nor the clock.
    """
    once = Once()

    def trimmed(macro: Callable[..., Markup], *values: Hashable) -> Markup:
        return macro(*values).strip()

    def each(macro: Callable[..., Markup], values: Iterable[Hashable]) -> Markup:
        return Markup().join(once(trimmed, macro, value) for value in values)

    return {"once": partial(once, trimmed), "once_each": each}


@pass_context
def _csrf_field(context: Context) -> Markup:
    return csrf.csrf_field(context["request"])


@pass_context
def _browser_key(context: Context) -> str:
    return browser_key(context["request"].user.id)


@pass_context
def _notice_text(context: Context) -> str:
    """The confirmation that the last action left, if any."""
    return NOTICES.get(context["request"].cookies.get(NOTICE_COOKIE, ""), "")


@pass_context
def _shell(context: Context) -> str:
    """What a page extends that is also brought into an open one."""
    return "fragment.html" if wants_fragment(context["request"]) else "layout.html"
