"""The routes of a team."""

from app.routes.teams import phrases

HANDLERS = [
    phrases.show_phrases,
    phrases.keep,
]
