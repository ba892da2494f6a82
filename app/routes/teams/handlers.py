"""The routes of a team, for a person signed in."""

from litestar import Router

from app.routes import guards
from app.routes.teams import change, closure, creation, departure, index, members, merger, people, phrases, proofs, show

ROUTER = Router(
    path="/",
    guards=[guards.signed_in],
    route_handlers=[
        index.list_teams_page,
        show.show_team,
        creation.show_new_team,
        creation.create,
        change.show_change,
        change.change,
        merger.show_merger,
        merger.merge,
        closure.show_closure,
        closure.close,
        phrases.show_phrases,
        phrases.keep,
        members.show_members,
        members.invite_members,
        members.renew_or_cancel_invitation,
        members.change_manager,
        people.list_people_page,
        people.show_person,
        proofs.show_factor_removal,
        proofs.take_factor_away,
        proofs.show_unbinding,
        proofs.unbind,
        proofs.show_closing,
        proofs.close_sessions,
        departure.show_removal,
        departure.remove,
        departure.show_deactivation,
        departure.close_account,
        departure.open_account,
        phrases.show_phrase,
        phrases.restore_phrase,
        phrases.undo_phrase,
    ],
)
