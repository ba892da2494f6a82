"""The routes of login, open to anyone. Logging out is in app/routes/handlers.py."""

from litestar import Router

from app.routes import guards
from app.routes.login import address, invitation, link, link_request, password, proconnect, second_factor, signup

ROUTER = Router(
    path="/",
    guards=[guards.allow_anyone],
    route_handlers=[
        link_request.redirect_home,
        link_request.show_login,
        link_request.request_link,
        link_request.show_link_sent,
        link_request.request_new_link,
        link.show_link,
        link.follow_link,
        invitation.show_invitation,
        invitation.accept_invitation,
        address.show_address_confirmation,
        address.confirm_new_address,
        signup.show_signup_form,
        signup.send_signup_request,
        signup.show_request_sent,
        password.show_password_login,
        password.log_in,
        proconnect.go_to_proconnect,
        proconnect.return_from_proconnect,
        second_factor.show_code,
        second_factor.check_code,
        second_factor.check_recovery_code,
        password.show_forgotten_password,
        password.request_password_link,
    ],
)
