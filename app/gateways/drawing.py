"""python -m app.gateways.drawing preview: an image, or a PDF's first page, in; a small WebP out. With photo: HEIC in,
JPEG out. Run by closed.py.

Every library is loaded before limit(): afterwards no file opens. Nothing of app.domain or db is loaded: no key is here.
"""

import copy  # noqa: F401 - by Pillow for a GIF
import io
import resource
import sys
from collections.abc import Callable

import pypdfium2
from PIL import Image, ImageCms, ImageColor, ImageFilter, ImageOps, ImagePalette  # noqa: F401 - by Pillow, when needed

SIDE = 480
QUALITY = 60
MEMORY = 768 * 1024 * 1024
SECONDS = 10
MOST_POINTS = 14_400
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "TIFF"]


def limit() -> None:
    """A bomb meets these before the machine feels it. No file is opened, none is written: only the pipes are left."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def draw(source: bytes) -> bytes:
    image = first_page(source) if source.startswith(b"%PDF-") else upright(source)
    image.thumbnail((SIDE, SIDE))
    drawn = io.BytesIO()
    image.convert("RGB").save(drawn, "WEBP", quality=QUALITY)
    return drawn.getvalue()


def first_page(source: bytes) -> Image.Image:
    """PDFium allocates width x height: the scale is chosen from the page, however large it says it is."""
    page = pypdfium2.PdfDocument(source)[0]
    longest = max(page.get_size())
    if not 0 < longest <= MOST_POINTS:
        raise ValueError("a page without a size, or without a limit")
    image: Image.Image = page.render(scale=2 * SIDE / longest).to_pil()
    return image


def upright(source: bytes) -> Image.Image:
    """As it was held; a transparent image lies on white. Made small first: a JPEG is read at a fraction of its size."""
    image: Image.Image = Image.open(io.BytesIO(source), formats=FORMATS)
    image = image.convert("RGBA") if image.mode == "P" else image
    image.thumbnail((SIDE, SIDE))
    image = ImageOps.exif_transpose(image).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def reader_of(task: str) -> Callable[[bytes], bytes]:
    """Loads what the task needs; previews do without the 26 MB of the HEIC decoder."""
    Image.init()
    if task == "preview":
        return draw
    from app.gateways.heic import to_jpeg

    return to_jpeg


if __name__ == "__main__":
    read = reader_of(sys.argv[1])
    limit()
    try:
        sys.stdout.buffer.write(read(sys.stdin.buffer.read()))
    except Exception:  # every reader has errors of its own: nothing comes out
        sys.exit(1)
