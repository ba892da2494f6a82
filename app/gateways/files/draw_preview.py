"""Draws a small WebP from an image or from the first page of a PDF. Runs only in sandboxed_process.py.

Everything that Pillow loads late is imported here, because no file can be opened once the process is confined.
"""

import copy  # noqa: F401 - by Pillow for a GIF
import io

import pypdfium2
from PIL import Image, ImageCms, ImageColor, ImageFilter, ImageOps, ImagePalette  # noqa: F401 - by Pillow, when needed

from app.gateways.files.inspect_pdf import PDF_SEARCH_BYTES

MAX_DIMENSIONS = (192, 256)
"""Pixels. The page shows 96 x 128 (app/static/app.css); screens may have two pixels for each of these."""
MAX_BYTES = 4096
QUALITIES = (60, 40, 20)
MAX_POINTS = 14_400
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "TIFF"]
Image.init()


def draw_preview(source: bytes) -> bytes:
    image = render_first_page(source) if b"%PDF-" in source[:PDF_SEARCH_BYTES] else load_upright(source)
    image.thumbnail(MAX_DIMENSIONS)
    return encode_small(image.convert("RGB"))


def encode_small(image: Image.Image) -> bytes:
    """At most MAX_BYTES: lowers the quality first, then the size."""
    for quality in QUALITIES:
        drawn = io.BytesIO()
        image.save(drawn, "WEBP", quality=quality)
        if drawn.tell() <= MAX_BYTES:
            return drawn.getvalue()
    return encode_small(image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4))))


def render_first_page(source: bytes) -> Image.Image:
    # PDFium allocates width x height: the scale depends on the size that the page declares.
    page = pypdfium2.PdfDocument(source)[0]
    longest = max(page.get_size())
    if not 0 < longest <= MAX_POINTS:
        raise ValueError("a page without a size, or without a limit")
    image: Image.Image = page.render(scale=2 * max(MAX_DIMENSIONS) / longest).to_pil()
    return image


def load_upright(source: bytes) -> Image.Image:
    """The image turned upright, on a white background."""
    image: Image.Image = Image.open(io.BytesIO(source), formats=FORMATS)
    image = image.convert("RGBA") if image.mode == "P" else image
    image.thumbnail((max(MAX_DIMENSIONS), max(MAX_DIMENSIONS)))
    image = ImageOps.exif_transpose(image).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
