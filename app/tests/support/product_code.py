"""The product’s own code, as the convention tests read it."""

from pathlib import Path

from app.settings import ROOT


def list_product_files(*folders: str) -> list[Path]:
    """The modules of these folders of the project, sorted; tests, fixtures and their support are left out."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    support = ROOT / "app/tests"
    return [path for path in found if not path.name.startswith(("test_", "conftest")) and support not in path.parents]
