"""The sandboxed process works under the system call filter of deploy/aplus.service, and lacks what that filter refuses.

systemd lists the calls of each set and libseccomp installs them, as systemd does when it starts the service.
"""

import ctypes.util
import shutil
import subprocess
import sys

import pytest

from app.gateways.files.confinement import list_missing_features
from app.settings import ROOT

SYSTEMD = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(
    SYSTEMD is None or ctypes.util.find_library("seccomp") is None, reason="systemd-analyze or libseccomp is missing"
)
UNDER_THE_FILTER = """
import ctypes, io, sys
library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(library.seccomp_init(0x00050000 | 1))
for name in sys.argv[1].split(","):
    number = library.seccomp_syscall_resolve_name(name.encode())
    assert number < 0 or library.seccomp_rule_add(context, 0x7FFF0000, number, 0) == 0, name
assert library.seccomp_load(context) == 0
from app.tests.support.attachments_fixtures import PDF
from app.gateways.files.sandbox import run_in_sandbox
from app.gateways.files.confinement import list_missing_features
print(*list_missing_features(), run_in_sandbox("preview", io.BytesIO(PDF), max_bytes=4096)[8:12].decode())
"""
"""Any call that is not listed answers EPERM (1): SystemCallErrorNumber. Prints what is missing, then the format."""


def calls_of(named: str) -> set[str]:
    """The call itself, or those of a systemd set, nested sets included."""
    if not named.startswith("@"):
        return {named}
    listed = subprocess.run([str(SYSTEMD), "syscall-filter", named], check=True, capture_output=True, text=True).stdout
    within = [line.strip() for line in listed.splitlines()[1:] if line.strip() and "#" not in line]
    return set().union(*map(calls_of, within))


def allowed_by_the_service() -> set[str]:
    allowed: set[str] = set()
    for line in (ROOT / "deploy/aplus.service").read_text().splitlines():
        if line.startswith("SystemCallFilter="):
            for word in line.removeprefix("SystemCallFilter=").split():
                allowed = allowed - calls_of(word[1:]) if word.startswith("~") else allowed | calls_of(word)
    return allowed


def under(allowed: set[str]) -> list[str]:
    command = [sys.executable, "-c", UNDER_THE_FILTER, ",".join(sorted(allowed))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_preview_is_drawn_and_nothing_is_missing() -> None:
    allowed = allowed_by_the_service()
    assert {"mmap", "execve", "landlock_restrict_self"} <= allowed
    assert allowed.isdisjoint({"chroot", "mount"})
    assert under(allowed) == [*list_missing_features(), "WEBP"]


def test_a_call_that_the_filter_refuses_is_named_at_the_start() -> None:
    """This also shows that the filter is in force."""
    assert under(allowed_by_the_service() - {"landlock_create_ruleset"}) == ["Landlock", "WEBP"]
