"""The database: tables, engines, migrations, reference data. Of the application it uses app/settings only."""

import os

os.environ.setdefault("PICCOLO_CONF", "db.piccolo_conf")
