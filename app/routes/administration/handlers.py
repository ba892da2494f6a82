"""The routes of what is run beside cases."""

from app.routes.administration import areas, catalogue, imports, index, signups, trail

HANDLERS = [
    index.show_administration,
    trail.show_trail,
    trail.export,
    areas.list_areas,
    areas.show_area,
    areas.change_contact,
    catalogue.show_catalogue,
    catalogue.list_entries,
    catalogue.show_new,
    catalogue.add_entry,
    catalogue.show_entry,
    catalogue.change_entry,
    catalogue.withdraw_entry,
    catalogue.restore_entry,
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
]
