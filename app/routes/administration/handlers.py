"""The routes of what is run beside cases."""

from app.routes.administration import areas, index, trail

HANDLERS = [
    index.show_administration,
    trail.show_trail,
    trail.export,
    areas.list_areas,
    areas.show_area,
    areas.change_contact,
]
