"""HEIC and HEIF photos, as JPEG: few office computers open them. Runs in the closed process: sandboxed_process.py."""

import io

import pillow_heif
from PIL import Image

MAX_PIXELS, MAX_BYTES = 80_000_000, 10 * 1024 * 1024
"""Those of app/domain/files, which this process does not load."""
MAX_SIDE = 4096
"""A telephone's 12 million pixels (4032 x 3024) stay as they are; 48 million become as many."""
QUALITIES = (80, 60, 40)
Image.init()
pillow_heif.options.DECODE_THREADS = 1  # each more reserves address space that the limit counts
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False


def convert_to_jpeg(source: bytes) -> bytes:
    """The main picture, upright, in at most MOST_BYTES. Raises ValueError, and the errors of the decoder."""
    photo = pillow_heif.open_heif(source)
    image = photo[photo.primary_index]
    if image.size[0] * image.size[1] > MAX_PIXELS:
        raise ValueError("too many pixels")
    profile = image.info.get("icc_profile")
    decoded = Image.frombytes(image.mode, image.size, image.data, "raw", image.mode, image.stride)
    del photo, image  # its pixels, before others are made
    decoded.thumbnail((MAX_SIDE, MAX_SIDE), reducing_gap=2.0)
    return _encode_jpeg(_flatten_on_white(decoded), profile)


def _flatten_on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _encode_jpeg(image: Image.Image, profile: object) -> bytes:
    for quality in QUALITIES:
        kept = io.BytesIO()
        image.save(kept, "JPEG", quality=quality, icc_profile=profile)
        if kept.tell() <= MAX_BYTES:
            return kept.getvalue()
    raise ValueError("too heavy")
