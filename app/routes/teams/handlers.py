"""The routes of teams and people, for a person who is logged in."""

from litestar import Router

from app.routes import guards
from app.routes.teams import (
    account_access,
    change,
    closure,
    creation,
    departure,
    index,
    members,
    merger,
    people,
    phrases,
    show,
)

ROUTER = Router(
    path="/",
    guards=[guards.require_signed_in],
    route_handlers=[
        index.list_teams_page,
        show.show_team,
        creation.show_new_team,
        creation.create_team,
        change.show_change,
        change.save_team_change,
        merger.show_merger,
        merger.confirm_merger,
        closure.show_closure,
        closure.confirm_closure,
        phrases.show_phrases,
        phrases.save_or_remove_phrase,
        members.show_members,
        members.invite_members,
        members.renew_or_cancel_invitation,
        members.change_manager,
        people.list_people_page,
        people.show_person,
        account_access.show_factor_removal,
        account_access.remove_person_factor,
        account_access.show_proconnect_removal,
        account_access.remove_person_proconnect,
        account_access.show_sessions_closure,
        account_access.confirm_person_sessions_closure,
        departure.show_removal,
        departure.confirm_removal,
        departure.show_deactivation,
        departure.confirm_deactivation,
        departure.confirm_reactivation,
        phrases.show_phrase,
        phrases.restore_phrase,
        phrases.undo_phrase,
    ],
)
