"""The routes of login, for anyone. app/routes/handlers.py has the one that ends a session."""

from litestar import Router

from app.routes import guards
from app.routes.login import invitation, link, password, proconnect, request, second_factor, signup

ROUTER = Router(
    path="/",
    guards=[guards.public],
    route_handlers=[
        request.home,
        request.show_login,
        request.ask,
        request.show_sent,
        request.ask_new_link,
        link.show_link,
        link.follow_link,
        invitation.show_invitation,
        invitation.accept_invitation,
        signup.show_signup_form,
        signup.ask_to_sign_up,
        signup.show_signed_up,
        password.show_password_login,
        password.log_in,
        proconnect.leave,
        proconnect.come_back,
        second_factor.show_code,
        second_factor.check_code,
        second_factor.check_recovery_code,
        password.show_forgotten,
        password.ask_to_choose,
    ],
)
