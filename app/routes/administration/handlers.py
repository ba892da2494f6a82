"""The routes of what is run beside cases."""

from app.routes.administration import index

HANDLERS = [
    index.show_administration,
]
