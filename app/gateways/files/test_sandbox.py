"""The sandboxed process reads every accepted type, converts HEIC to JPEG, and can reach nothing else."""

import ctypes
import errno
import io
import signal
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pillow_heif
import pypdfium2
import pytest
from PIL import Image

from app.domain.files import file_type, limits
from app.gateways.files import confinement, heic, sandbox
from app.gateways.files.sandbox import SandboxRejected, SandboxUnavailable, run_in_sandbox
from app.settings import ROOT
from app.tests.support import photos
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.photos import encode_image, find_leaks, make_drawing

MOST = 10 * 1024 * 1024


def drawn(task: Literal["preview", "photo"], source: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(run_in_sandbox(task, io.BytesIO(source), max_bytes=MOST)))
    image.load()
    return image


READ = {
    "a PDF": PDF,
    "a JPEG in ink colours": encode_image(make_drawing("CMYK"), "JPEG"),
    "a grey JPEG": encode_image(make_drawing("L"), "JPEG"),
    "a JPEG of several pictures": encode_image(make_drawing(), "MPO", save_all=True, append_images=[make_drawing()]),
    "a PNG with a table of colours": encode_image(make_drawing("P"), "PNG"),
    "a PNG with clear parts": encode_image(make_drawing("LA"), "PNG"),
    "a PNG of 16 bits": encode_image(Image.new("I;16", (64, 48), 40_000), "PNG"),
    "a GIF": encode_image(make_drawing("P"), "GIF", transparency=0),
    "a WebP": encode_image(make_drawing(), "WEBP"),
    "a fax": encode_image(make_drawing("1"), "TIFF", compression="group4"),
    "a TIFF in LAB": encode_image(Image.new("LAB", (64, 48)), "TIFF"),
    "a TIFF with JPEG in it": encode_image(make_drawing(), "TIFF", compression="jpeg"),
}


@pytest.mark.parametrize("what", READ)
def test_each_kind_is_drawn_within_the_limits(what: str) -> None:
    """A library loaded late would open a file, which the sandbox forbids: the preview would be missing."""
    assert drawn("preview", READ[what]).format == "WEBP"


def test_a_page_of_text_without_its_fonts_is_drawn() -> None:
    page = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R"
        b"/Resources<</Font<</F1 4 0 R>>>>>>endobj\n"
        b"4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n5 0 obj<</Length 46>>stream\n"
        b"BT /F1 48 Tf 10 80 Td (Bonjour) Tj ET         \nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    assert pypdfium2.PdfDocument(page)[0].get_textpage().get_text_range() == "Bonjour"
    dark = sum(drawn("preview", page).convert("L").histogram()[:100])
    assert dark > 1000, "its letters are there"


def in_the_process(words: str) -> str:
    """The output of these lines, run after the task’s libraries are loaded and the sandbox is closed."""
    return said(
        "import sys\nfrom app.gateways.files import sandboxed_process as here\n"
        f"here.load_task('photo')\nhere.confine_process('photo')\n{words}"
    )


def said(lines: str) -> str:
    found = subprocess.run(
        [sys.executable, "-P", "-c", lines], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    return found.stdout + found.stderr


TRIED = {
    "a file": "os.open('/etc/hostname', os.O_RDONLY)",
    "a folder": "os.listdir('/')",
    "what a file is": "os.stat('/etc/hostname')",
    "a line": "_socket.socket()",
    "a pipe": "os.pipe()",
    "another process": "os.fork()",
    "a program": "os.execv('/bin/true', ['true'])",
    "a signal to another": "os.kill(os.getppid(), 0)",
    "memory that could be executed": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
}
LOADED = "import _socket, mmap, os\n"


def tried(what: str, before: str = "", after: str = "") -> str:
    """The output of trying this in the closed sandbox; `before`, `after`: lines around its closing."""
    lines = (
        f"{LOADED}from app.gateways.files import sandboxed_process as here, confinement\n"
        f"here.load_task('preview')\n{before}\n"
        f"here.confine_process('preview')\n{after}\ntry:\n    print('done', {TRIED[what]})\n"
        "except OSError as failure:\n    print(errno_names[failure.errno])\n"
    )
    return said("from errno import errorcode as errno_names\n" + lines)


@pytest.mark.skipif(bool(confinement.list_missing_features()), reason="no Landlock or no seccomp here")
@pytest.mark.parametrize("what", TRIED)
def test_nothing_opens_begins_or_leaves_there(what: str) -> None:
    assert tried(what) == "EPERM\n"


WITHOUT_FILTER = "confinement._install_seccomp_filter = lambda: None"
WITHOUT_LANDLOCK = "confinement._restrict_filesystem = lambda: None"
FILES_AGAIN = "import resource; resource.setrlimit = lambda *_: None"


@pytest.mark.skipif("Landlock" in confinement.list_missing_features(), reason="no Landlock here")
def test_landlock_alone_keeps_the_disk_closed() -> None:
    alone = f"{WITHOUT_FILTER}\n{FILES_AGAIN}"
    assert tried("a file", alone) == tried("a folder", alone) == "EACCES\n"
    assert tried("a signal to another", alone) in {"EPERM\n", "done None\n"}, "since its sixth version"


def test_on_a_kernel_without_them_the_limits_hold_and_it_works() -> None:
    bare = f"{WITHOUT_FILTER}\n{WITHOUT_LANDLOCK}"
    assert tried("a file", bare) == tried("a line", bare) == "EMFILE\n"


def test_what_the_kernel_lacks_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that has neither, then one on another processor."""

    class Old:
        @staticmethod
        def syscall(*_: object) -> int:
            return -1

        @staticmethod
        def prctl(*_: object) -> int:
            ctypes.set_errno(errno.EINVAL)
            return -1

    assert confinement.list_missing_features() in ([], ["Landlock"], ["seccomp"], ["Landlock", "seccomp"])
    monkeypatch.setattr(confinement, "_LIBC", Old)
    assert confinement.list_missing_features() == ["Landlock", "seccomp"]


def test_the_service_lets_it_close_itself() -> None:
    """The set of systemd 252 has no call of Landlock; what is refused to the service is refused to its children."""
    lines = (ROOT / "deploy/aplus.service").read_text().splitlines()
    allowed = [word for line in lines if line.startswith("SystemCallFilter=") for word in line[17:].split()]
    assert {"@system-service", "landlock_create_ruleset", "landlock_restrict_self"} <= set(allowed)
    assert [word for word in allowed if word.startswith("~")] == ["~@privileged"]


def test_no_key_is_there() -> None:
    ours = "print([name for name in sys.modules if name.startswith(('app.', 'db')) and 'gateways' not in name])"
    assert in_the_process(ours) == "[]\n"


def test_its_bounds_are_those_of_the_rules() -> None:
    assert (heic.MAX_PIXELS, heic.MAX_BYTES) == (file_type.MAX_PIXELS, limits.MAX_FILE_BYTES)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_becomes_a_jpeg_that_stands_upright(orientation: int) -> None:
    image = drawn("photo", photos.heic(orientation))

    assert image.format == "JPEG" and image.getexif() == {}
    assert image.size == ((128, 96) if orientation < 5 else (96, 128))
    width, height = image.size
    corner = {1: (5, 5), 3: (width - 5, height - 5), 6: (width - 5, 5), 8: (5, height - 5)}[orientation]
    red, _, blue = image.convert("RGB").getpixel(corner)  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_a_photo_keeps_nothing_of_the_person_and_is_of_a_bounded_size() -> None:
    made = run_in_sandbox("photo", io.BytesIO(photos.heic()), max_bytes=MOST)
    assert find_leaks(made) == []
    kept = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (4608, 64), "teal")).save(kept)
    assert drawn("photo", kept.getvalue()).size == (4096, 57)


def test_of_many_pictures_the_main_one_is_kept() -> None:
    photo = pillow_heif.from_pillow(make_drawing("RGB", 128, 96))
    for _ in range(3):
        photo.add_from_pillow(Image.new("RGB", (64, 64), "lime"))
    kept = io.BytesIO()
    photo.save(kept, primary_index=0)
    assert drawn("photo", kept.getvalue()).size == (128, 96)


WHOLE = photos.heic(1)
HOSTILE = {
    "its beginning alone": WHOLE[:32] + bytes(400),
    "cut": WHOLE[: len(WHOLE) // 2],
    "that says it has 2.5 billion pixels": WHOLE.replace(
        struct.pack(">II", 128, 96), struct.pack(">II", 50_000, 50_000)
    ),
    "of other pixels than it says": WHOLE.replace(struct.pack(">II", 128, 96), struct.pack(">II", 64, 48)),
    "of nothing": b"",
    "a JPEG": encode_image(make_drawing(), "JPEG"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_photo_gives_nothing(what: str) -> None:
    assert HOSTILE[what] != WHOLE
    with pytest.raises(SandboxRejected):
        run_in_sandbox("photo", io.BytesIO(HOSTILE[what]), max_bytes=MOST)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_of_the_server_says_nothing_of_the_file(stop: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service manager stops all processes of a service, a terminal those in front: the photo is not at fault."""
    start = sandbox._start_process

    def stopped(command: list[str]) -> subprocess.Popen[bytes]:
        process = start(command)
        process.send_signal(stop)
        return process

    monkeypatch.setattr(sandbox, "_start_process", stopped)
    before = signal.signal(stop, signal.SIG_DFL)  # nohup and a shell's « & » ignore some of them
    try:
        with pytest.raises(SandboxUnavailable):
            run_in_sandbox("photo", io.BytesIO(WHOLE), max_bytes=MOST)
    finally:
        signal.signal(stop, before)


def test_two_are_at_work_at_once_previews_and_photos_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may take 768 MB."""
    lock, open_now, most_open = threading.Lock(), list[int](), list[int]()

    def work(*_: object) -> bytes:
        with lock:
            open_now.append(1)
            most_open.append(len(open_now))
        time.sleep(0.05)
        with lock:
            open_now.pop()
        return b"drawn"

    monkeypatch.setattr(sandbox, "_run_task", work)
    tasks: list[Literal["preview", "photo"]] = ["preview", "photo"] * 4
    with ThreadPoolExecutor(8) as threads:
        drawn_all = list(threads.map(lambda task: run_in_sandbox(task, io.BytesIO(), max_bytes=1), tasks))
    assert drawn_all == [b"drawn"] * 8 and max(most_open) == sandbox.MAX_CONCURRENT == 2
