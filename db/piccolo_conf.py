"""Piccolo’s configuration (PICCOLO_CONF=db.piccolo_conf): the database and the apps."""

from piccolo.conf.apps import AppRegistry

from db.engine import Engine, get_current_engine

APP_REGISTRY = AppRegistry(apps=["db.piccolo_app"])


def __getattr__(name: str) -> Engine:
    """Piccolo reads DB at each use, and gets the current engine, which use_engine may have changed."""
    if name != "DB":
        raise AttributeError(name)
    return get_current_engine()
