"""The environment that renders pages and emails."""

from collections.abc import Callable, Hashable, Iterable, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.domain.accounts.duties import list_duties
from app.domain.cases.inbox.views import is_only_referent
from app.domain.memo import Memo
from app.domain.opaque_ids import IdPurpose, encode_id
from app.domain.tokens import derive_browser_key
from app.routes.guards import may_see_mailbox
from app.routes.home import has_case_list
from app.routes.middleware import csrf
from app.routes.pages import assets
from app.routes.respond import FLASH_COOKIE, wants_fragment
from app.settings import settings
from app.text import absences, announcements, case_rows, links, presence, standings
from app.text.formats import FILTERS
from app.text.labels import NOTICES
from app.text.labels.catalogue import PHRASE_ANSWER, format_remind_days
from app.text.labels.people import UNDELIVERED_REASON

COMPONENTS = Path(__file__).parent / "components"


class ComponentEnvironment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Returns the globals of the environment: Jinja layers them in a ChainMap, slow to compare at each import of a
        macro and to copy at each page (docs/decisions/0146). No template has globals of its own.
        """
        return super().make_globals(d) if d else self.globals


def build_environment() -> Environment:
    """Escapes everything, except in text emails. An unknown name is an error, never an empty string.

    Templates are read once: a change needs a restart.
    """
    jinja = ComponentEnvironment(
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
        sees_mailbox=may_see_mailbox,
        theme_css=settings.theme_css,
        contact_address=settings.contact_address,
        public_url=settings.public_url,
        source_url=settings.source_url,
        asset=assets.asset,
        picture=assets.picture,
        duties_of=list_duties,
        has_case_list=has_case_list,
        is_only_referent=is_only_referent,
        browser_key=_find_browser_key,
        csrf_field=_render_csrf_field,
        notice_text=_find_notice_text,
        **_build_memo_globals(),
        shell=_choose_layout,  # nosec B604
    )
    for module in (standings, case_rows, presence, absences, links, announcements):
        jinja.filters.update(module.FILTERS)
    jinja.filters.update(FILTERS, hidden=_format_opaque_id)
    jinja.filters.update(undelivered_reason=UNDELIVERED_REASON.__getitem__)
    jinja.filters.update(phrase_answer=PHRASE_ANSWER.__getitem__, remind_days=format_remind_days)
    return jinja


def _format_opaque_id(number: int, use: str) -> str:
    """Shows a number of the database as an opaque id: {{ entry.event_id|hidden("LINE") }}."""
    return encode_id(IdPurpose[use], number)


def _build_memo_globals() -> dict[str, Callable[..., Markup]]:
    """once stores the output of a macro for given values, without surrounding blanks. once_each does so for each value.

    Only for macros that depend on their values alone, not on the request or the time.
    """
    once = Memo()

    def trimmed(macro: Callable[..., Markup], *values: Hashable) -> Markup:
        return macro(*values).strip()

    def each(macro: Callable[..., Markup], values: Iterable[Hashable]) -> Markup:
        return Markup().join(once(trimmed, macro, value) for value in values)

    return {"once": partial(once, trimmed), "once_each": each}


@pass_context
def _render_csrf_field(context: Context) -> Markup:
    return csrf.csrf_field(context["request"])


@pass_context
def _find_browser_key(context: Context) -> str:
    return derive_browser_key(context["request"].user.id)


@pass_context
def _find_notice_text(context: Context) -> str:
    """The notice that flash() has left. Empty when there is none."""
    return NOTICES.get(context["request"].cookies.get(FLASH_COOKIE, ""), "")


@pass_context
def _choose_layout(context: Context) -> str:
    """The parent template of a page that can also be put into an open one."""
    return "fragment.html" if wants_fragment(context["request"]) else "layout.html"
