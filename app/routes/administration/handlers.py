"""The routes of administration, for a person who is logged in. The domain checks the duty that each one requires."""

from litestar import Router

from app.routes import guards
from app.routes.administration import (
    areas,
    audit_log,
    banner,
    catalogue,
    imports,
    index,
    maintenance,
    overview,
    sessions,
    signups,
)

ROUTER = Router(
    path="/",
    guards=[guards.require_signed_in],
    route_handlers=[
        index.show_administration,
        overview.show_overview,
        audit_log.show_audit_log,
        audit_log.export_audit_csv,
        areas.list_areas,
        areas.show_area,
        areas.change_contact,
        banner.show_banner_form,
        banner.change_banner,
        maintenance.show_maintenance,
        maintenance.change_maintenance,
        sessions.show_sessions,
        sessions.confirm_all_sessions_closure,
        catalogue.show_catalogue,
        catalogue.list_entries,
        catalogue.show_new_entry,
        catalogue.add_entry,
        catalogue.show_entry,
        catalogue.change_entry,
        catalogue.withdraw_or_restore,
        catalogue.move_entry,
        catalogue.undo_change,
        imports.show_imports,
        imports.upload_list,
        imports.download_sample_file,
        imports.show_import,
        imports.start_import,
        imports.abandon_import,
        imports.download_rows,
        signups.list_signups,
        signups.show_signup,
        signups.accept_signup,
        signups.refuse_signup,
    ],
)
