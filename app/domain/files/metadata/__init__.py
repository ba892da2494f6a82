"""Removes from an image everything but its pixels: position, device, owner, dates, comments, thumbnails.

Nothing is decoded or compressed again. A file is split into parts, and only parts on a list are written back, so that
unknown parts are removed too. A file that is not understood to its end is refused. Comparison with libraries:
docs/decisions/0104.
"""

from app.domain.files.metadata.byte_reader import Malformed, Truncated
from app.domain.files.metadata.gif import clean_gif
from app.domain.files.metadata.jpeg import clean_jpeg
from app.domain.files.metadata.png import clean_png
from app.domain.files.metadata.tiff import clean_tiff
from app.domain.files.metadata.webp import clean_webp

__all__ = ["Malformed", "Truncated", "clean_gif", "clean_jpeg", "clean_png", "clean_tiff", "clean_webp"]
