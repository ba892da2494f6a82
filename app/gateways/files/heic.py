"""Converts HEIC and HEIF photos to JPEG: few office computers open them. Runs only in sandboxed_process.py."""

import io

import pillow_heif
from PIL import Image

MAX_PIXELS, MAX_BYTES = 80_000_000, 10 * 1024 * 1024
"""The same limits as in app/domain/files, which this process does not load."""
MAX_SIDE = 4096
"""Pixels. A photo of 12 million pixels (4032 x 3024) keeps its size; one of 48 million is reduced to it."""
QUALITIES = (80, 60, 40)
Image.init()
pillow_heif.options.DECODE_THREADS = 1  # each thread reserves address space, which is limited
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False


def convert_to_jpeg(source: bytes) -> bytes:
    """The main picture, upright, in at most MAX_BYTES. Raises ValueError, and the errors of the decoder."""
    photo = pillow_heif.open_heif(source)
    image = photo[photo.primary_index]
    if image.size[0] * image.size[1] > MAX_PIXELS:
        raise ValueError("too many pixels")
    profile = image.info.get("icc_profile")
    decoded = Image.frombytes(image.mode, image.size, image.data, "raw", image.mode, image.stride)
    del photo, image  # frees its pixels before others are allocated
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
