"""All routes, each under the router whose guard says who may enter."""

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
    absence,
    address,
    email_preferences,
    first_visit,
    invitations,
    own_data,
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
    guards=[guards.require_session],
    route_handlers=[first_visit.show_first_visit, first_visit.finish_first_visit, logout.log_out],
)
_SETTING_UP = Router(
    path="/",
    guards=[guards.require_first_visit_done],
    route_handlers=[
        reauthentication.show_reauthentication,
        reauthentication.confirm_identity,
        reauthentication.request_confirmation_link,
        second_factor.show_factor,
        second_factor.set_up_factor,
        second_factor.renew_codes,
        second_factor.remove_own_factor,
    ],
)
_PROFILE = Router(
    path="/",
    guards=[guards.require_signed_in],
    route_handlers=[
        show.show_profile,
        show.end_session,
        show.end_other_sessions,
        show.save_profile,
        show.save_own_email_preferences,
        show.save_shortcuts,
        absence.show_own_absence,
        absence.save_own_absence,
        absence.delete_own_absence,
        invitations.show_invitations,
        invitations.accept_own_invitation,
        own_data.show_own_data,
        own_data.download_own_data,
        own_data.ask_own_erasure,
        own_data.cancel_own_erasure,
        address.show_own_address,
        address.ask_address,
        address.cancel_address,
        password.show_password,
        password.save_password,
        password.remove_own_password,
        *moved.PERSON,
    ],
)
_LIVE = Router(
    path="/",
    guards=[guards.require_signed_in],
    route_handlers=[stream.stream_list, stream.stream_case, updates.show_list_updates, updates.show_case_updates],
)
_PUBLIC = Router(
    path="/",
    guards=[guards.allow_anyone],
    route_handlers=[
        *assets.HANDLERS,
        email_preferences.show_email_preferences,
        email_preferences.save_email_preferences,
        email_preferences.unsubscribe_in_one_click,
        help.show_help,
        legal.show_notices,
        legal.show_privacy,
        legal.show_accessibility,
        legal.show_terms,
        health.show_liveness,
        health.show_readiness,
        security_txt.show_security_contact,
        help.show_not_found,
        *moved.PUBLIC,
    ],
)
_MAILBOX = [mailbox.show_mailbox, mailbox.list_mailbox_json, *moved.MAILBOX]
_DEMO = [
    phone.show_phone,
    phone.list_phone_json,
    phone.reply_as_citizen,
    gallery.show_components,
    gallery.show_emails,
    gallery.show_email,
    *moved.GALLERY,
]


def list_route_handlers() -> list[ControllerRouterHandler]:
    """The mailbox, phone and gallery exist in a demonstration only (app/routes/guards.py says for whom)."""
    shown = [*(_DEMO if settings.serves_demo_pages else []), *(_MAILBOX if settings.has_demo_mailbox else [])]
    on_demo = Router(path="/", guards=[guards.require_local_machine], route_handlers=shown)
    return [
        LOGIN,
        _ARRIVING,
        _SETTING_UP,
        _PROFILE,
        CASES,
        TEAMS,
        ADMINISTRATION,
        _LIVE,
        sms.receive_sms_reply,
        on_demo,
        _PUBLIC,
    ]


def list_resolved_handlers(router: Router | None = None) -> list[HTTPRouteHandler]:
    """Each handler once, of an application or of all routers here. resolve_guards() returns its guards.

    Litestar's handlers for OPTIONS are left out, since the method is refused (app/routes/middleware/allowed_hosts.py).
    """
    router = router or Router(path="/", route_handlers=list_route_handlers())
    routes = [route for route in router.routes if isinstance(route, HTTPRoute)]
    found = dict.fromkeys(handler for route in routes for handler in route.route_handlers)
    return [handler for handler in found if handler.http_methods != {"OPTIONS"}]


def check_guards(router: Router) -> None:
    """Raises RuntimeError for a route that does not have exactly one of guards.ENTRY_GUARDS."""
    for handler in list_resolved_handlers(router):
        if sum(guard in guards.ENTRY_GUARDS for guard in handler.resolve_guards()) != 1:
            raise RuntimeError(f"{handler.handler_name} needs one guard of app/routes/guards.py, by its router")
