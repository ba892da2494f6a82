"""The routes of a team."""

from app.routes.teams import change, closure, creation, departure, index, members, merger, people, phrases, show

HANDLERS = [
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
    members.send_invitation_again,
    members.cancel_invitation,
    members.change_manager,
    people.list_people_page,
    people.show_person,
    people.take_factor_away,
    departure.show_removal,
    departure.remove,
    departure.show_deactivation,
    departure.close_account,
    departure.open_account,
    phrases.show_phrase,
    phrases.restore_phrase,
    phrases.undo_phrase,
]
