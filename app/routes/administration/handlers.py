"""The routes of what is run beside cases, for a person signed in; the domain says whose duty each is."""

from litestar import Router

from app.routes import guards
from app.routes.administration import (
    areas,
    banner,
    catalogue,
    imports,
    index,
    maintenance,
    overview,
    sessions,
    signups,
    trail,
)

ROUTER = Router(
    path="/",
    guards=[guards.signed_in],
    route_handlers=[
        index.show_administration,
        overview.show_overview,
        trail.show_trail,
        trail.export,
        areas.list_areas,
        areas.show_area,
        areas.change_contact,
        banner.show_form,
        banner.change_banner,
        maintenance.show_maintenance,
        maintenance.change_maintenance,
        sessions.show_sessions,
        sessions.close_sessions,
        catalogue.show_catalogue,
        catalogue.list_entries,
        catalogue.show_new,
        catalogue.add_entry,
        catalogue.show_entry,
        catalogue.change_entry,
        catalogue.withdraw_or_restore,
        catalogue.move_entry,
        catalogue.undo_change,
        imports.show_imports,
        imports.send,
        imports.download_model,
        imports.show_import,
        imports.apply,
        imports.drop,
        imports.download_lines,
        signups.list_signups,
        signups.show_signup,
        signups.accept_signup,
        signups.refuse_signup,
    ],
)
