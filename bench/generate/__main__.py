"""python -m bench.generate: see command.py. A wrong setting is refused as by python -m app."""

import os
import sys

from app.__main__ import OWNER_ONLY
from app.settings import OWN_FILE_PATTERNS, settings
from app.settings.values import BadSettingError
from bench.generate.command import generate
from db.private_files import restrict_folder_to_owner


def main() -> None:
    os.umask(OWNER_ONLY)
    for folder in settings.folders:
        restrict_folder_to_owner(folder, OWN_FILE_PATTERNS)
    try:
        generate(*sys.argv[1:])
    except BadSettingError as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
