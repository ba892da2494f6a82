"""The routes of what is run beside cases."""

from app.routes.administration import areas, index

HANDLERS = [
    index.show_administration,
    areas.list_areas,
    areas.show_area,
    areas.change_contact,
]
