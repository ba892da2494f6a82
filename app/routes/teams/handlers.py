"""The routes of a team."""

from app.routes.teams import index, members, phrases, show

HANDLERS = [
    index.list_teams_page,
    show.show_team,
    phrases.show_phrases,
    phrases.keep,
    members.show_members,
    members.invite_members,
    members.send_invitation_again,
    members.cancel_invitation,
    members.change_manager,
    phrases.show_phrase,
    phrases.restore_phrase,
    phrases.undo_phrase,
]
