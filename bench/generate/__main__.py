"""python -m bench.generate: see command.py. Refuses a wrong setting as python -m app does."""

import os
import sys

from app.__main__ import OURS_ALONE
from app.settings import OWN_NAMES, settings
from app.settings.values import BadSettingError
from bench.generate.command import generate
from db.private_files import tighten_folder


def main() -> None:
    os.umask(OURS_ALONE)
    for folder in settings.folders:
        tighten_folder(folder, OWN_NAMES)
    try:
        generate(*sys.argv[1:])
    except BadSettingError as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
