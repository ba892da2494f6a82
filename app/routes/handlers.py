"""Every route. What answers when there is nothing comes last."""

from collections.abc import Sequence
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler

from app.routes import (
    access,
    arrival,
    assets,
    demo,
    demo_sms,
    gallery,
    health,
    help,
    legal,
    letters,
    live,
    news,
    own_invitations,
    password,
    profile,
    proof,
    second_factor,
    texts,
    wellknown,
)
from app.routes.administration.handlers import HANDLERS as ADMINISTRATION
from app.routes.cases.handlers import HANDLERS as CASES
from app.routes.login.handlers import HANDLERS as LOGIN
from app.routes.teams.handlers import HANDLERS as TEAMS
from app.settings import settings

_PERSON = [
    arrival.show_arrival,
    arrival.finish_arrival,
    profile.show_profile,
    profile.end_session,
    profile.end_other_sessions,
    profile.change,
    profile.choose_letters,
    profile.choose_keys,
    own_invitations.show_invitations,
    own_invitations.accept_own_invitation,
    letters.show_choice,
    letters.choose_from_letter,
    letters.stop_in_one_press,
    password.show_password,
    password.choose_password,
    password.drop_password,
    proof.show_proof,
    proof.confirm,
    proof.ask_link,
    second_factor.show_factor,
    second_factor.set_up_factor,
    second_factor.renew_codes,
    second_factor.take_factor_away,
]
_PAGES = [
    help.show_help,
    legal.show_notices,
    legal.show_privacy,
    legal.show_accessibility,
    legal.show_terms,
]
_MACHINES = [health.say_alive, health.say_ready, wellknown.show_security_contact, texts.receive_answer]
_LIVE = [live.stream_list, live.stream_case, news.list_news, news.case_news]
_MAILBOX = [demo.show_mailbox, demo.mailbox_as_json]
_DEMO = [
    demo_sms.show_telephone,
    demo_sms.telephone_as_json,
    demo_sms.answer_as_the_citizen,
    gallery.show_components,
    gallery.show_letters,
    gallery.show_letter,
]


def route_handlers() -> list[ControllerRouterHandler]:
    """The mailbox, telephone and gallery exist in a demonstration alone (app/routes/access.py says for whom)."""
    on_demo = [*(_DEMO if settings.on_show else []), *(_MAILBOX if settings.has_mailbox else [])]
    return [
        *assets.handlers,
        *LOGIN,
        *_PERSON,
        *_PAGES,
        *CASES,
        *TEAMS,
        *ADMINISTRATION,
        *_LIVE,
        *_MACHINES,
        *on_demo,
        help.show_nothing,
    ]


def require_guards(handlers: Sequence[Any]) -> None:
    """Default is refusal: a route that names none of access.GUARDS stops the start."""
    for handler in handlers:
        if isinstance(handler, HTTPRouteHandler) and not access.GUARDS.intersection(handler.guards or ()):
            raise RuntimeError(f"{handler.handler_name} names no guard of app/routes/access.py")
