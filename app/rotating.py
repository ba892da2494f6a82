"""What lies encrypted: sealed where it still is clear, and again when the key changes."""

from app.gateways.files import files_for
from app.settings import settings


def seal_files() -> None:
    """What was joined before files were sealed: with the migrations, so that nothing that is served is read in clear."""
    files_for(settings).seal_what_is_not()
