"""Images that hold a position, a device and an owner at each place where their format can hold one, for tests."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms, ImageDraw
from PIL.TiffImagePlugin import IFDRational

CANARY = b"CANARI"
LATITUDE = (292_417, 10_007)
"""A rational number that no file has by chance."""
GPS, EXIF = 0x8825, 0x8769
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>48,51N</exif:GPSLatitude>CANARI xmp</x:xmpmeta>'


def find_leaks(content: bytes) -> list[bytes]:
    """The metadata still present: as text of one or two bytes a character, or as a number, in either byte order."""
    texts = [CANARY, *(CANARY.decode().encode(code) for code in ("utf-16-le", "utf-16-be")), b"GPSLatitude", b"xmpmeta"]
    return [known for known in [*texts, *(struct.pack(f"{order}II", *LATITUDE) for order in "<>")] if known in content]


def make_drawing(mode: str = "RGB", width: int = 64, height: int = 48) -> Image.Image:
    """Its four corners differ, to show its orientation."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width // 2, height // 3), "red")
    pen.ellipse((width // 2, height // 2, width, height), "blue")
    return image.convert(mode)


def exif(orientation: int = 6) -> bytes:
    """All that a phone writes, a maker note included."""
    block = Image.Exif()
    block[0x010E], block[0x010F], block[0x0110] = "CANARI title", "CANARI maker", "CANARI model"
    block[0x0112], block[0x0131], block[0x0132] = orientation, "CANARI software", "2026:11:23 09:00:00"
    block[0x013B], block[0x013C], block[0x8298] = "CANARI artist", "CANARI host", "CANARI owner"
    block.get_ifd(EXIF).update({0x927C: b"CANARI note", 0xA430: "CANARI owner", 0xA431: "CANARI serial"})
    block.get_ifd(GPS).update({1: "N", 2: tuple(IFDRational(*LATITUDE) for _ in range(3)), 29: "2026:11:23"})
    return b"Exif\0\0" + block.tobytes().removeprefix(b"Exif\0\0")


def profile() -> bytes:
    """The profile of a screen, which its owner has named."""
    given = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = given.replace("sRGB built-in".encode("utf-16-be"), "CANARI screen".encode("utf-16-be"))
    assert find_leaks(named)
    return named


def encode_image(image: Image.Image, kind: str, **options: object) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind, **options)
    return kept.getvalue()


def make_segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(orientation: int = 6, **options: object) -> bytes:
    plain = encode_image(make_drawing(), "JPEG", icc_profile=profile(), **options)
    planted = [
        make_segment(0xE1, exif(orientation)),
        make_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        make_segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + XMP),
        make_segment(0xE0, b"JFXX\0\x10" + encode_image(make_drawing(), "JPEG", exif=exif())),
        make_segment(0xE2, b"MPF\0" + exif()),
        make_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x1b\x1c\x02\x50\0\x0cCANARI byline"),
        make_segment(0xEB, b"JP\0\x01CANARI content credentials"),
        make_segment(0xE5, b"CANARI of a maker"),
        make_segment(0xFE, b"CANARI comment"),
    ]
    scans = [at for at in range(2, len(plain)) if plain[at : at + 2] == b"\xff\xda"]
    between = make_segment(0xFE, b"CANARI between scans") + make_segment(0xE1, exif())
    for at in reversed(scans[1:]):
        plain = plain[:at] + between + plain[at:]
    second = encode_image(make_drawing(), "JPEG", exif=exif())
    return plain[:2] + b"".join(planted) + plain[2:] + second + b"SEFH CANARI trailer SEFT"


def build_png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(orientation: int = 6, image: Image.Image | None = None, **options: object) -> bytes:
    plain = encode_image(image or make_drawing("RGBA"), "PNG", icc_profile=profile(), exif=exif(orientation), **options)
    planted = [
        build_png_chunk(b"tEXt", b"Author\0CANARI author"),
        build_png_chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"CANARI")),
        build_png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        build_png_chunk(b"tIME", struct.pack(">HBBBBB", 2026, 11, 23, 9, 0, 0)),
        build_png_chunk(b"caBX", b"CANARI content credentials"),
        build_png_chunk(b"prVt", b"CANARI private"),
        build_png_chunk(b"sPLT", b"CANARI palette\0\x08"),
    ]
    return plain[:33] + b"".join(planted) + plain[33:] + encode_image(make_drawing(), "JPEG", exif=exif())


def riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def webp(orientation: int = 6, **options: object) -> bytes:
    plain = encode_image(make_drawing(), "WEBP", icc_profile=profile(), exif=exif(orientation), xmp=XMP, **options)
    planted = plain[12:] + b"CANR" + struct.pack("<I", 7) + CANARY + b"!\0"
    return b"RIFF" + struct.pack("<I", len(planted) + 4) + b"WEBP" + planted + b"CANARI after the end"


def gif(frames: int = 3) -> bytes:
    images = [make_drawing().rotate(90 * number).convert("P") for number in range(frames)]
    plain = encode_image(images[0], "GIF", save_all=True, append_images=images[1:], duration=80, loop=0)
    start = 13 + 3 * 2 ** ((plain[10] & 7) + 1)
    comment, text = b"\x21\xfe\x0eCANARI comment\0", b"\x21\x01\x0c" + bytes(12) + b"\x06CANARI\0"
    application = b"\x21\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return plain[:start] + comment + application + text + plain[start:] + b"CANARI after the end"


def tiff(
    order: str = "<", *, tiled: bool = False, in_jpeg: bool = False, pages: int = 2, orientation: int = 6
) -> bytes:
    """One strip or four tiles a page, in each byte order; its last page is a small copy of the first."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    link = 4
    for number in range(pages + 1):
        fields, link_to = (
            _tiff_fields(order, out, orientation, tiled=tiled, in_jpeg=in_jpeg, copy=number == pages),
            link,
        )
        out += bytes(len(out) % 2)
        struct.pack_into(order + "I", out, link_to, len(out))
        out += struct.pack(order + "H", len(fields)) + b"".join(fields) + bytes(4)
        link = len(out) - 4
    return bytes(out + b"CANARI after the end")


def _tiff_fields(
    order: str, out: bytearray, orientation: int, *, tiled: bool, in_jpeg: bool, copy: bool
) -> list[bytes]:
    image = make_drawing()

    def put(data: bytes) -> int:
        out.extend(bytes(len(out) % 2) + data)
        return len(out) - len(data)

    def field(tag: int, kind: int, count: int, data: bytes) -> bytes:
        held = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(order + "I", put(data))
        return struct.pack(order + "HHI", tag, kind, count) + held

    def numbers(tag: int, *values: int) -> bytes:
        return field(tag, 4, len(values), struct.pack(f"{order}{len(values)}I", *values))

    def text(tag: int, words: bytes, kind: int = 2) -> bytes:
        return field(tag, kind, len(words), words)

    corners = [(x, y) for y in (0, 32) for x in (0, 32)] if tiled else [(0, 0)]
    side = (32, 32) if tiled else image.size
    parts = [image.crop((x, y, x + side[0], y + side[1])) for x, y in corners]
    bytes_of = [_strip(part, in_jpeg=in_jpeg) for part in parts]
    places = [put(data) for data in bytes_of]
    sub = put(
        struct.pack(order + "H", 1)
        + struct.pack(order + "HHIII", 2, 5, 1, put(struct.pack(order + "II", *LATITUDE)), 0)
    )
    layout = (
        [numbers(322, 32), numbers(323, 32), numbers(324, *places), numbers(325, *map(len, bytes_of))]
        if tiled
        else [numbers(273, *places), numbers(278, image.height), numbers(279, *map(len, bytes_of))]
    )
    found = [
        numbers(254, int(copy)),
        numbers(256, image.width),
        numbers(257, image.height),
        field(258, 3, 3, struct.pack(order + "HHH", 8, 8, 8)),
        numbers(259, 7 if in_jpeg else 1),
        numbers(262, 6 if in_jpeg else 2),
        numbers(274, orientation),
        numbers(277, 3),
        *layout,
        *(
            text(tag, b"CANARI " + str(tag).encode())
            for tag in (269, 270, 271, 272, 285, 305, 306, 315, 316, 337, 33432)
        ),
        *(text(tag, XMP, kind=7) for tag in (700, 33723, 34377, 37724, 50000 + 341, 65000)),
        *(numbers(tag, sub) for tag in (EXIF, GPS, 40965)),
        text(34675, profile(), kind=7),
    ]
    return sorted(found, key=lambda one: struct.unpack(order + "H", one[:2]))


def _strip(part: Image.Image, *, in_jpeg: bool) -> bytes:
    if not in_jpeg:
        return part.tobytes()
    plain = encode_image(part, "JPEG", subsampling=0)
    return plain[:2] + make_segment(0xE1, exif()) + make_segment(0xFE, b"CANARI in a strip") + plain[2:]


def heic(orientation: int = 6, **options: object) -> bytes:
    import pillow_heif

    image = pillow_heif.from_pillow(make_drawing("RGB", 128, 96))
    kept = io.BytesIO()
    image.save(kept, exif=exif(orientation), xmp=XMP, quality=90, **options)
    return kept.getvalue()


IMAGES: dict[str, Callable[[], bytes]] = {
    "photo.jpg": jpeg,
    "capture.png": png,
    "photo.webp": webp,
    "animation.gif": gif,
    "fax.tiff": tiff,
}
