"""Piccolo's entry point (PICCOLO_CONF=db.piccolo_conf): which database, which apps."""

from piccolo.conf.apps import AppRegistry

from db.engine import Engine, get_current_engine

APP_REGISTRY = AppRegistry(apps=["db.piccolo_app"])


def __getattr__(name: str) -> Engine:
    """Piccolo reads DB at each use: it gets the engine of this moment, which `use` may have changed."""
    if name != "DB":
        raise AttributeError(name)
    return get_current_engine()
