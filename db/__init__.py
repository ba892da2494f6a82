"""The database: tables, engines, migrations, reference data. Knows nothing of the application but its settings."""

import os

os.environ.setdefault("PICCOLO_CONF", "db.piccolo_conf")
