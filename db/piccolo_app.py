"""The only Piccolo app: its tables and its migrations. APP_CONFIG.table_classes lists every table."""

from pathlib import Path
from pkgutil import iter_modules

from piccolo.conf.apps import AppConfig, table_finder

from db import tables

APP_CONFIG = AppConfig(
    app_name="db",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[module.name for module in iter_modules(tables.__path__, "db.tables.")], exclude_imported=True
    ),
)
