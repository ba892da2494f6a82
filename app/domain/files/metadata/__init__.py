"""Removes from an image what does not make its pixels: position, device, owner, dates, comments, thumbnails.

Nothing is decoded and nothing is compressed again: a file is taken apart, and only parts on a list are written back, so
that an unknown part goes too. A file that is not understood to its end is refused, never kept as it is.
Comparison with libraries: docs/decisions.md.
"""

from app.domain.files.metadata.gif import clean_gif
from app.domain.files.metadata.jpeg import clean_jpeg
from app.domain.files.metadata.parts import Malformed, Truncated
from app.domain.files.metadata.png import clean_png
from app.domain.files.metadata.tiff import clean_tiff
from app.domain.files.metadata.webp import clean_webp

__all__ = ["Malformed", "Truncated", "clean_gif", "clean_jpeg", "clean_png", "clean_tiff", "clean_webp"]
