"""The routes of a team."""

from app.routes.teams import index, phrases, show

HANDLERS = [
    index.list_teams_page,
    show.show_team,
    phrases.show_phrases,
    phrases.keep,
]
