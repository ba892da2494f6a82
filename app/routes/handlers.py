"""Every route, under the router whose guard says who may enter. What answers when there is nothing comes last."""

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from app.routes import guards
from app.routes.administration.handlers import ROUTER as ADMINISTRATION
from app.routes.cases.handlers import ROUTER as CASES
from app.routes.demo import gallery, mailbox, phone
from app.routes.live import stream, updates
from app.routes.login import logout
from app.routes.login.handlers import ROUTER as LOGIN
from app.routes.pages import assets, health, help, legal, moved, security_txt
from app.routes.profile import (
    email_preferences,
    first_visit,
    invitations,
    password,
    reauthentication,
    second_factor,
    show,
)
from app.routes.teams.handlers import ROUTER as TEAMS
from app.routes.webhooks import sms
from app.settings import settings

_ARRIVING = Router(
    path="/",
    guards=[guards.arriving],
    route_handlers=[first_visit.show_arrival, first_visit.finish_arrival, logout.log_out],
)
_SETTING_UP = Router(
    path="/",
    guards=[guards.setting_up],
    route_handlers=[
        reauthentication.show_proof,
        reauthentication.confirm,
        reauthentication.ask_link,
        second_factor.show_factor,
        second_factor.set_up_factor,
        second_factor.renew_codes,
        second_factor.take_factor_away,
    ],
)
_PERSON = Router(
    path="/",
    guards=[guards.signed_in],
    route_handlers=[
        show.show_profile,
        show.end_session,
        show.end_other_sessions,
        show.change,
        show.choose_letters,
        show.choose_keys,
        invitations.show_invitations,
        invitations.accept_own_invitation,
        password.show_password,
        password.choose_password,
        password.drop_password,
        *moved.PERSON,
    ],
)
_LIVE = Router(
    path="/",
    guards=[guards.signed_in],
    route_handlers=[stream.stream_list, stream.stream_case, updates.list_news, updates.case_news],
)
_PUBLIC = Router(
    path="/",
    guards=[guards.public],
    route_handlers=[
        *assets.handlers,
        email_preferences.show_choice,
        email_preferences.choose_from_letter,
        email_preferences.stop_in_one_press,
        help.show_help,
        legal.show_notices,
        legal.show_privacy,
        legal.show_accessibility,
        legal.show_terms,
        health.say_alive,
        health.say_ready,
        security_txt.show_security_contact,
        help.show_nothing,
        *moved.PUBLIC,
    ],
)
_MAILBOX = [mailbox.show_mailbox, mailbox.mailbox_as_json, *moved.MAILBOX]
_DEMO = [
    phone.show_telephone,
    phone.telephone_as_json,
    phone.answer_as_the_citizen,
    gallery.show_components,
    gallery.show_letters,
    gallery.show_letter,
    *moved.GALLERY,
]


def route_handlers() -> list[ControllerRouterHandler]:
    """The mailbox, telephone and gallery exist in a demonstration alone (app/routes/guards.py says for whom)."""
    shown = [*(_DEMO if settings.on_show else []), *(_MAILBOX if settings.has_mailbox else [])]
    on_demo = Router(path="/", guards=[guards.on_this_machine], route_handlers=shown)
    return [
        LOGIN,
        _ARRIVING,
        _SETTING_UP,
        _PERSON,
        CASES,
        TEAMS,
        ADMINISTRATION,
        _LIVE,
        sms.receive_answer,
        on_demo,
        _PUBLIC,
    ]


def list_resolved_handlers(router: Router | None = None) -> list[HTTPRouteHandler]:
    """Each handler of an application, or of all routers here, once; resolve_guards() gives its routers' and its own.

    Without Litestar's own for OPTIONS: FrontDoor refuses that method.
    """
    router = router or Router(path="/", route_handlers=route_handlers())
    routes = [route for route in router.routes if isinstance(route, HTTPRoute)]
    found = dict.fromkeys(handler for route in routes for handler in route.route_handlers)
    return [handler for handler in found if handler.http_methods != {"OPTIONS"}]


def require_guards(router: Router) -> None:
    """Default is refusal: a route that has not one of guards.GUARDS, by its router or its own, stops the start."""
    for handler in list_resolved_handlers(router):
        if sum(guard in guards.GUARDS for guard in handler.resolve_guards()) != 1:
            raise RuntimeError(f"{handler.handler_name} needs one guard of app/routes/guards.py, by its router")
