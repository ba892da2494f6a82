"""Piccolo's entry point (PICCOLO_CONF=db.piccolo_conf): which database, which apps."""

from piccolo.conf.apps import AppRegistry

from app.settings import settings
from db.engine import engine_for

DB = engine_for(settings.database_url)
APP_REGISTRY = AppRegistry(apps=["db.piccolo_app"])
