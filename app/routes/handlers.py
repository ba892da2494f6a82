"""Every route. What answers when there is nothing comes last."""

from collections.abc import Sequence
from typing import Any

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from app.routes import guards
from app.routes.administration.handlers import HANDLERS as ADMINISTRATION
from app.routes.cases.handlers import HANDLERS as CASES
from app.routes.demo import gallery, mailbox, phone
from app.routes.live import stream, updates
from app.routes.login.handlers import HANDLERS as LOGIN
from app.routes.pages import assets, health, help, legal, security_txt
from app.routes.profile import (
    email_preferences,
    first_visit,
    invitations,
    password,
    reauthentication,
    second_factor,
    show,
)
from app.routes.teams.handlers import HANDLERS as TEAMS
from app.routes.webhooks import sms
from app.settings import settings

_PERSON = [
    first_visit.show_arrival,
    first_visit.finish_arrival,
    show.show_profile,
    show.end_session,
    show.end_other_sessions,
    show.change,
    show.choose_letters,
    show.choose_keys,
    invitations.show_invitations,
    invitations.accept_own_invitation,
    email_preferences.show_choice,
    email_preferences.choose_from_letter,
    email_preferences.stop_in_one_press,
    password.show_password,
    password.choose_password,
    password.drop_password,
    reauthentication.show_proof,
    reauthentication.confirm,
    reauthentication.ask_link,
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
_MACHINES = [health.say_alive, health.say_ready, security_txt.show_security_contact, sms.receive_answer]
_LIVE = [stream.stream_list, stream.stream_case, updates.list_news, updates.case_news]
_MAILBOX = [mailbox.show_mailbox, mailbox.mailbox_as_json]
_DEMO = [
    phone.show_telephone,
    phone.telephone_as_json,
    phone.answer_as_the_citizen,
    gallery.show_components,
    gallery.show_letters,
    gallery.show_letter,
]


def route_handlers() -> list[ControllerRouterHandler]:
    """The mailbox, telephone and gallery exist in a demonstration alone (app/routes/guards.py says for whom)."""
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


def list_resolved_handlers(router: Router) -> list[HTTPRouteHandler]:
    """Each handler of an application or a router, once, without Litestar's own for OPTIONS: FrontDoor refuses it."""
    routes = [route for route in router.routes if isinstance(route, HTTPRoute)]
    found = dict.fromkeys(handler for route in routes for handler in route.route_handlers)
    return [handler for handler in found if handler.http_methods != {"OPTIONS"}]


def require_guards(handlers: Sequence[Any]) -> None:
    """Default is refusal: a route that names none of access.GUARDS stops the start."""
    for handler in handlers:
        if isinstance(handler, HTTPRouteHandler) and not guards.GUARDS.intersection(handler.guards or ()):
            raise RuntimeError(f"{handler.handler_name} names no guard of app/routes/guards.py")
