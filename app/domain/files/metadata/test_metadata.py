"""No image keeps a position, a device or an owner; each keeps its pixels, colours and orientation."""

import contextlib
import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, ImageSequence

from app.domain.files.cleaned_upload import accept_file
from app.domain.files.limits import RefusedFile
from app.domain.files.metadata import Malformed, clean_gif, clean_jpeg, clean_png, clean_tiff, clean_webp, icc
from app.domain.files.metadata.exif import read_orientation
from app.tests.support import photos
from app.tests.support.attachments_fixtures import make_picture
from app.tests.support.photos import GPS, encode_image, find_leaks, make_drawing, make_segment

pytestmark = pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
Clean = Callable[[bytes], bytes]
ORIENTATION = 0x0112
KINDS: dict[str, tuple[Clean, bytes]] = {
    "jpeg": (clean_jpeg, photos.jpeg()),
    "progressive jpeg": (clean_jpeg, photos.jpeg(progressive=True)),
    "png": (clean_png, photos.png()),
    "animated png": (
        clean_png,
        photos.png(save_all=True, append_images=[make_drawing("RGBA").rotate(90), make_drawing("RGBA").rotate(180)]),
    ),
    "webp": (clean_webp, photos.webp()),
    "lossless webp": (clean_webp, photos.webp(lossless=True)),
    "animated webp": (clean_webp, photos.webp(save_all=True, append_images=[make_drawing().rotate(90)])),
    "gif": (clean_gif, photos.gif()),
    "tiff, low byte first": (clean_tiff, photos.tiff("<")),
    "tiff, high byte first": (clean_tiff, photos.tiff(">")),
    "tiff in tiles": (clean_tiff, photos.tiff("<", tiled=True)),
    "tiff with jpeg in it": (clean_tiff, photos.tiff(">", in_jpeg=True)),
}


def frames(content: bytes) -> list[tuple[tuple[int, int], bytes]]:
    with Image.open(io.BytesIO(content)) as image:
        return [(frame.size, frame.convert("RGBA").tobytes()) for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_person_is_left_and_no_pixel_changes(kind: str) -> None:
    clean, source = KINDS[kind]
    assert len(find_leaks(source)) >= 2

    cleaned = clean(source)

    assert find_leaks(cleaned) == [] and len(cleaned) < len(source)
    before = frames(source)[:-1] if kind.startswith("tiff") else frames(source)  # its last page is a small copy
    after = frames(cleaned)
    assert (before[:1] if kind.endswith("jpeg") else before) == after  # the second picture of a phone's JPEG is removed
    with Image.open(io.BytesIO(cleaned)) as image:
        exif = image.getexif()
        assert set(exif.get_ifd(GPS)) == set()
        if not kind.startswith("tiff"):
            assert set(exif) <= {ORIENTATION}
        assert not {"xmp", "comment", "photoshop", "Author", "XML:com.adobe.xmp"} & set(image.info)
    assert clean(cleaned) == cleaned, "cleaned again, it is the same"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("clean", "made"),
    [(clean_jpeg, photos.jpeg), (clean_png, photos.png), (clean_webp, photos.webp)],
    ids=["jpeg", "png", "webp"],
)
def test_it_stands_upright_as_before(clean: Clean, made: Callable[[int], bytes], orientation: int) -> None:
    source = made(orientation)

    cleaned = clean(source)

    seen, shown = (ImageOps.exif_transpose(Image.open(io.BytesIO(one))).convert("RGB") for one in (source, cleaned))
    assert seen.size == shown.size and seen.tobytes() == shown.tobytes()
    assert (seen.size == (48, 64)) == (orientation >= 5)
    assert Image.open(io.BytesIO(cleaned)).getexif().get(ORIENTATION, 1) == orientation


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [3, 4])
def test_the_orientation_is_read_as_a_short_or_a_long_number(order: str, kind: int) -> None:
    value = struct.pack(order + "I", 6) if kind == 4 else struct.pack(order + "HH", 6, 0)
    head = b"II*\0" if order == "<" else b"MM\0*"
    written = head + struct.pack(order + "IHHHI", 8, 1, ORIENTATION, kind, 1) + value + bytes(4)
    assert read_orientation(written) == 6


@pytest.mark.parametrize("order", "<>")
def test_a_tiff_stands_upright_as_before(order: str) -> None:
    with Image.open(io.BytesIO(clean_tiff(photos.tiff(order, orientation=8)))) as image:
        assert image.getexif()[ORIENTATION] == 8


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff, low byte first", "tiff, high byte first"])
def test_its_colours_stay_without_the_name_of_the_screen(kind: str) -> None:
    clean, source = KINDS[kind]
    with Image.open(io.BytesIO(clean(source))) as image:
        kept = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        srgb = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(image.convert("RGB"), kept, srgb)
        assert turned is not None and turned.tobytes() == image.convert("RGB").tobytes()
    assert ImageCms.getProfileDescription(kept).strip() == "-"


def test_a_loop_stays_a_loop_and_a_delay_a_delay() -> None:
    with Image.open(io.BytesIO(clean_gif(photos.gif()))) as image:
        assert (image.info["loop"], image.info["duration"]) == (0, 80)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group4", "zstd"])
def test_each_compression_of_tiff_is_read_after(compression: str) -> None:
    image = make_drawing("1" if compression == "group4" else "RGB", 200, 150)
    source = encode_image(image, "TIFF", compression=compression, save_all=True, append_images=[image], artist="CANARI")
    cleaned = clean_tiff(source)
    assert find_leaks(source) and find_leaks(cleaned) == [] and frames(cleaned) == frames(source)


WORDS = b"CANARI-48.8566"


def _before(source: bytes, at: bytes, part: bytes) -> bytes:
    """Inserts a part before the last such marker of a JPEG."""
    place = source.rindex(at)
    return source[:place] + part + source[place:]


def _in_chunk(kind: bytes, data: bytes = WORDS) -> bytes:
    source = encode_image(make_drawing("P"), "PNG") if kind in (b"hIST", b"tRNS") else make_picture("PNG")
    place = source.index(b"IDAT") - 4
    return source[:place] + photos.build_png_chunk(kind, data.ljust(1000, b" ")) + source[place:]


def _text_field(tag: int, kind: int) -> bytes:
    fields = [(256, 4, 1, 1), (257, 4, 1, 1), (259, 4, 1, 1), (273, 4, 1, 180), (279, 4, 1, 1)]
    fields = sorted([*(one for one in fields if one[0] != tag), (tag, kind, len(WORDS), 150)])
    entries = b"".join(struct.pack("<HHII", *one) for one in fields)
    return (b"II*\0" + struct.pack("<IH", 8, len(fields)) + entries + bytes(4)).ljust(150, b"\0") + WORDS.ljust(31)


_WEBP = [(b"VP8 ", make_picture("WEBP")[20:])]
_FRAME = bytes(16) + photos.riff(_WEBP * 2)[12:]
_VP8X = (b"VP8X", b"\x02" + bytes(9))
WITH_TEXT: dict[str, tuple[Clean, bytes]] = {
    **{
        f"jpeg segment {marker:#x}": (
            clean_jpeg,
            _before(make_picture(), b"\xff\xda", make_segment(marker, body + WORDS)),
        )
        for marker, body in {
            0xDB: bytes(65),
            0xC4: bytes(17),
            0xC5: b"",
            0xCC: b"",
            0xDC: b"\0\1",
            0xDD: b"\0\0",
            0xDE: b"",
            0xDF: b"",
            0xC0: b"",
        }.items()
    },
    "jpeg with a scan of text": (clean_jpeg, _before(make_picture(), b"\xff\xd9", make_segment(0xDA, WORDS) + WORDS)),
    "jpeg with the same scan twice": (
        clean_jpeg,
        _before(make_picture(), b"\xff\xd9", make_segment(0xDA, b"\1\1\0\0\x3f\0") + WORDS),
    ),
    "jpeg without an end": (clean_jpeg, make_picture()[:-2] + WORDS),
    "jpeg with a second frame": (
        clean_jpeg,
        _before(make_picture(), b"\xff\xda", make_segment(0xC1, b"\x08\0\1\0\1\5" + WORDS + b"!")),
    ),
    **{
        f"png {kind.decode()}": (clean_png, _in_chunk(kind))
        for kind in (b"pHYs", b"gAMA", b"bKGD", b"hIST", b"sBIT", b"cLLI", b"acTL", b"tRNS", b"cHRM", b"sRGB", b"cICP")
    },
    "png fdAT without animation": (clean_png, _in_chunk(b"fdAT")),
    "png mDCV": (clean_png, _in_chunk(b"mDCV")),
    "png IEND": (clean_png, make_picture("PNG")[:-12] + photos.build_png_chunk(b"IEND", WORDS)),
    "webp with a second picture": (clean_webp, photos.riff([*_WEBP, (b"VP8 ", WORDS)])),
    "webp with a transparency that it does not announce": (clean_webp, photos.riff([*_WEBP, (b"ALPH", WORDS)])),
    "webp with a picture beside its frames": (
        clean_webp,
        photos.riff([_VP8X, (b"ANIM", bytes(6) + WORDS), (b"ANMF", _FRAME[: len(_FRAME) // 2]), (b"VP8 ", WORDS)]),
    ),
    "webp with two pictures in a frame": (clean_webp, photos.riff([_VP8X, (b"ANMF", _FRAME + WORDS)])),
    **{
        f"tiff {tag} of type {kind}": (clean_tiff, _text_field(tag, kind))
        for tag in (255, 263, 266, 280, 286, 290, 291, 292, 297, 301, 318, 319, 332, 336, 340, 341)
        for kind in (1, 2, 7)
    },
}


@pytest.mark.parametrize("what", WITH_TEXT)
def test_a_part_that_is_kept_has_no_room_for_text(what: str) -> None:
    clean, source = WITH_TEXT[what]
    assert WORDS in source
    with contextlib.suppress(Malformed):
        assert WORDS not in clean(source)


REFUSED: dict[str, tuple[Clean, bytes]] = {
    "a jpeg cut in its tables": (clean_jpeg, make_picture()[:200]),
    "a jpeg of nothing": (clean_jpeg, b"\xff\xd8\xff\xd9\0"),
    "a jpeg whose segment goes beyond the end": (clean_jpeg, b"\xff\xd8\xff\xe1\xff\xff" + photos.exif()),
    "a jpeg of a million empty segments": (clean_jpeg, b"\xff\xd8" + b"\xff\xfe\0\x02" * 1_000_000),
    "a png cut in its pixels": (clean_png, make_picture("PNG")[:-20]),
    "a png with a chunk that matters and is unknown": (
        clean_png,
        make_picture("PNG")[:33] + photos.build_png_chunk(b"CAnR", b"?") + make_picture("PNG")[33:],
    ),
    "a webp cut": (clean_webp, make_picture("WEBP")[:-20]),
    "a gif cut in its pixels": (clean_gif, make_picture("GIF")[:-20]),
    "a tiff in a circle": (clean_tiff, b"II*\0" + struct.pack("<IHI", 8, 0, 8)),
    "a tiff with half a field": (clean_tiff, b"II*\0" + struct.pack("<IHHH", 8, 65_535, 254, 4)),
    "a tiff of four billion values": (clean_tiff, b"II*\0" + struct.pack("<IHHHIII", 8, 1, 258, 3, 2**32 - 1, 0, 0)),
    "a tiff that begins beyond its end": (clean_tiff, b"II*\0\xff\xff\xff\xff"),
    "a BigTIFF": (clean_tiff, encode_image(make_drawing(), "TIFF", big_tiff=True)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_understood_is_refused(what: str) -> None:
    clean, source = REFUSED[what]
    with pytest.raises(Malformed):
        clean(source)


def _overlapping() -> bytes:
    """A TIFF of 9 MB whose 50,000 strips are each the whole of it."""
    count, size = 50_000, 9_000_000
    fields = [(256, 1, 1), (257, 1, 1), (259, 1, 1), (273, count, 200), (279, count, 200 + 4 * count)]
    entries = b"".join(struct.pack("<HHII", tag, 4, number, value) for tag, number, value in fields)
    head = b"II*\0" + struct.pack("<IH", 8, len(fields)) + entries + bytes(4)
    return (head.ljust(200, b"\0") + struct.pack("<I", 0) * count + struct.pack("<I", size) * count).ljust(size, b"\0")


def _pieces(count: int, piece: bytes, compression: int = 1) -> bytes:
    """A TIFF of so many strips with the same bytes, none overlapping."""
    fields = [(256, 1, 1), (257, 1, count), (258, 1, 8), (259, 1, compression), (262, 1, 1), (273, count, 200)]
    fields += [(277, 1, 1), (278, 1, 1), (279, count, 200 + 4 * count)]
    entries = b"".join(struct.pack("<HHII", tag, 4, number, value) for tag, number, value in fields)
    head = (b"II*\0" + struct.pack("<IH", 8, len(fields)) + entries + bytes(4)).ljust(200, b"\0")
    starts = (
        struct.pack(f"<{count}I", *range(200 + 8 * count, 200 + 8 * count + count * len(piece), len(piece) or 1))
        if piece
        else bytes(4 * count)
    )
    return head + starts + struct.pack("<I", len(piece)) * count + piece * count


HOSTILE: dict[str, tuple[Clean, bytes]] = {
    "strips upon strips": (clean_tiff, _overlapping()),
    "strips of nothing": (clean_tiff, _pieces(1_200_000, b"")),
    "one strip of nothing": (clean_tiff, _pieces(1, b"")),
    "strips of one byte": (clean_tiff, _pieces(1_100_000, b"a")),
    "strips of the shortest jpeg": (clean_tiff, _pieces(618_750, b"\xff\xd8\xff\xda\0\2\xff\xd9", 7)),
    "empty segments": (clean_jpeg, b"\xff\xd8" + b"\xff\xfe\0\x02" * 2_500_000),
    "filling": (clean_jpeg, b"\xff\xd8" + b"\xff" * 10_000_000),
    "ends of data": (clean_jpeg, make_picture()[:-2] + b"\xff\xda\0\x02" * 2_400_000),
    "empty chunks": (clean_png, make_picture("PNG")[:33] + photos.build_png_chunk(b"tEXt", b"") * 800_000),
    "empty pieces": (clean_gif, make_picture("GIF")[:-1] + b"\x21\xfe" + b"\x01a" * 4_900_000),
    "empty blocks": (clean_gif, make_picture("GIF")[:-1] + b"\0" * 9_900_000),
    "empty frames": (clean_webp, photos.riff([(b"ANMF", bytes(16))] * 400_000)),
}


def _overlapping_tags(size: int) -> bytes:
    """A colour profile whose tags are each nearly the whole of it."""
    names = sorted(icc._ALLOWED_TAGS)
    tags = b"".join(struct.pack(">4sII", name, 0, size - number) for number, name in enumerate(names))
    return (bytes(36) + b"acsp" + bytes(88) + struct.pack(">I", len(names)) + tags).ljust(size, b"\0")


def _in_jpeg(profile: bytes) -> bytes:
    step = 65_535 - 2 - 14
    pieces = [profile[start : start + step] for start in range(0, len(profile), step)]
    marked = [b"ICC_PROFILE\0" + bytes([number, len(pieces)]) + one for number, one in enumerate(pieces, start=1)]
    return make_picture()[:2] + b"".join(make_segment(0xE2, one) for one in marked) + make_picture()[2:]


def _in_png(profile: bytes) -> bytes:
    """Repeated as often as fits in 10 MB."""
    one = photos.build_png_chunk(b"iCCP", b"a\0\0" + zlib.compress(profile))
    return make_picture("PNG")[:33] + one * (9_900_000 // len(one)) + make_picture("PNG")[33:]


def _in_tiff(profile: bytes) -> bytes:
    return encode_image(make_drawing(), "TIFF", tiffinfo={34675: profile})


def _in_webp(profile: bytes) -> bytes:
    return encode_image(make_drawing(), "WEBP", icc_profile=profile)


PROFILES: dict[str, tuple[Clean, Callable[[bytes], bytes]]] = {
    "jpeg": (clean_jpeg, _in_jpeg),
    "png": (clean_png, _in_png),
    "webp": (clean_webp, _in_webp),
    "tiff": (clean_tiff, _in_tiff),
}


@pytest.mark.parametrize("kind", PROFILES)
@pytest.mark.parametrize("size", [icc.MAX_PROFILE_BYTES, 9_000_000])
def test_a_hostile_profile_is_dropped_in_little_time_and_memory(kind: str, size: int) -> None:
    clean, made = PROFILES[kind]
    source, start = made(_overlapping_tags(size)), time.process_time()
    tracemalloc.start()
    try:
        cleaned = clean(source)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 2 and len(cleaned) < 20_000


@pytest.mark.parametrize("kind", PROFILES)
def test_a_profile_is_too_large_by_the_same_measure_in_each_format(kind: str) -> None:
    """The size before compression counts."""
    clean, made = PROFILES[kind]
    for size, kept in ((icc.MAX_PROFILE_BYTES, True), (icc.MAX_PROFILE_BYTES + 1, False)):
        with Image.open(io.BytesIO(clean(made(photos.profile().ljust(size, b"\0"))))) as image:
            assert ("icc_profile" in image.info) == kept


@pytest.mark.parametrize("what", HOSTILE)
def test_ten_hostile_megabytes_take_little_time(what: str) -> None:
    clean, source = HOSTILE[what]
    start = time.process_time()
    with pytest.raises(Malformed):
        clean(source)
    assert time.process_time() - start < 2
    with pytest.raises(RefusedFile):
        accept_file(io.BytesIO(source), "image", None)  # type: ignore[arg-type]
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    "what",
    ["strips upon strips", "strips of nothing", "strips of one byte", "strips of the shortest jpeg", "empty frames"],
)
def test_they_take_little_memory(what: str) -> None:
    _, source = HOSTILE[what]
    tracemalloc.start()
    try:
        with pytest.raises(RefusedFile):
            accept_file(io.BytesIO(source), "image", None)  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 4 * len(source)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_cut_or_changed_it_is_cleaned_or_refused(kind: str, data: st.DataObject) -> None:
    """Cut, it is clean or refused. With changed bytes, a part may have become one that is kept."""
    clean, source = KINDS[kind]
    changed = bytearray(source[: data.draw(st.integers(0, len(source)))] if data.draw(st.booleans()) else source)
    flips = data.draw(st.integers(0, 4)) if changed else 0
    for _ in range(flips):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        cleaned = clean(bytes(changed))
    except Malformed:
        return
    assert clean(cleaned) == cleaned
    assert len(cleaned) <= len(changed) + 4096
    assert flips or find_leaks(cleaned) == []


def test_a_segment_of_an_application_between_two_scans_goes_too() -> None:
    source = encode_image(make_drawing(), "JPEG", progressive=True)
    at = source.rindex(b"\xff\xda")
    assert find_leaks(clean_jpeg(source[:at] + make_segment(0xE1, photos.exif()) + source[at:])) == []
