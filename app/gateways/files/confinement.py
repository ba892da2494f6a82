"""Confines the sandboxed process: resource limits, then Landlock and a seccomp filter where the kernel has them.

The process can open no file or connection and start no program or process. It keeps its memory and its open pipes.
Source: landlock(7), seccomp(2); linux/seccomp.h, linux/filter.h, linux/landlock.h.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct

MAX_MEMORY = 768 * 1024 * 1024
_LIBC = ctypes.CDLL(None, use_errno=True)
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
"""These numbers are the same on every processor."""
_LANDLOCK_TCP_VERSION, _LANDLOCK_SCOPE_VERSION = 4, 6
"""First versions of Landlock with TCP rules, and with scopes (signals, abstract sockets)."""

_PROCESSORS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machine name -> its number in linux/audit.h."""
_ALLOWED_CALLS = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "close": (3, 57), "lseek": (8, 62),
    "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214), "madvise": (28, 233), "futex": (202, 98),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "clock_gettime": (228, 113), "gettimeofday": (96, 169),
    "getrandom": (318, 278), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "set_robust_list": (273, 99),
    "rseq": (334, 293), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
_CONDITIONAL_CALLS = {"mmap": (9, 222), "mprotect": (10, 226), "clone": (56, 220)}
"""Call -> its number on each of _PROCESSORS, in their order."""
_CLONE3 = 435
"""A filter cannot read its flags, which are in memory. After ENOSYS, as on an old kernel, the C library calls clone."""
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 32
"""Offsets in struct seccomp_data."""
_EXECUTABLE, _THREAD = 0x4, 0x10000
"""PROT_EXEC, CLONE_THREAD."""


def confine(*, seconds: int, clock: float) -> None:
    """Must be called once every library is loaded.

    seconds: processor time, loading included. clock: elapsed seconds from this call.
    """
    signal.setitimer(signal.ITIMER_REAL, clock)
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    _LIBC.prctl(_NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))
    _restrict_filesystem()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    _install_seccomp_filter()


def list_missing_features() -> list[str]:
    """The protections that this kernel lacks or that the service manager blocks. Changes nothing."""
    ctypes.set_errno(0)
    _LIBC.prctl(_SECCOMP, _FILTER, None)
    filters = ctypes.get_errno() == errno.EFAULT and platform.machine() in _PROCESSORS
    return [name for name, there in (("Landlock", _read_landlock_version() > 0), ("seccomp", filters)) if not there]


def _read_landlock_version() -> int:
    """The version of Landlock; -1 without it."""
    return int(_LIBC.syscall(_CREATE_RULESET, None, 0, 1))


def _restrict_filesystem() -> None:
    """A ruleset without rules: everything that Landlock controls is denied."""
    version = _read_landlock_version()
    if version < 1:
        return
    disk = (1 << (12 + min(version, 3) + (version >= 5))) - 1
    handled = [disk, 3 * (version >= _LANDLOCK_TCP_VERSION), 3 * (version >= _LANDLOCK_SCOPE_VERSION)]
    size = 8 * (1 + (version >= _LANDLOCK_TCP_VERSION) + (version >= _LANDLOCK_SCOPE_VERSION))
    ruleset = _LIBC.syscall(_CREATE_RULESET, struct.pack("=QQQ", *handled), size, 0)
    if ruleset >= 0:
        _LIBC.syscall(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


class _BpfProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _install_seccomp_filter() -> None:
    """A call that is not listed fails with EPERM. So do executable memory and new processes."""
    machine = platform.machine()
    if machine in _PROCESSORS:
        steps = _build_bpf_program(_PROCESSORS[machine], list(_PROCESSORS).index(machine))
        program = _BpfProgram(len(steps), b"".join(steps))
        _LIBC.prctl(_SECCOMP, _FILTER, ctypes.byref(program))


def _build_bpf_program(architecture: int, column: int) -> list[bytes]:
    """A classic BPF program. The targets of the jumps follow all the comparisons."""
    refuse, allow = _pack_instruction(_RETURN, _REFUSE | errno.EPERM), _pack_instruction(_RETURN, _ALLOW)
    ends = {
        "no": [refuse],
        "unknown": [_pack_instruction(_RETURN, _REFUSE | errno.ENOSYS)],
        "data": [
            _pack_instruction(_LOAD, _THIRD_ARGUMENT),
            _pack_instruction(_ANY_BIT, _EXECUTABLE, 0, 1),
            refuse,
            allow,
        ],
        "thread": [
            _pack_instruction(_LOAD, _FIRST_ARGUMENT),
            _pack_instruction(_ANY_BIT, _THREAD, 1, 0),
            refuse,
            allow,
        ],
        "yes": [allow],
    }
    choices = [*((numbers[column], "yes") for numbers in _ALLOWED_CALLS.values()), (_CLONE3, "unknown")]
    choices += [
        (numbers[column], "thread" if name == "clone" else "data") for name, numbers in _CONDITIONAL_CALLS.items()
    ]
    below, places = 0, dict[str, int]()
    for name, steps in ends.items():
        places[name], below = below, below + len(steps)
    return [
        _pack_instruction(_LOAD, _ARCHITECTURE),
        _pack_instruction(_EQUAL, architecture, 1, 0),
        _pack_instruction(_RETURN, _KILL),
        _pack_instruction(_LOAD, _NUMBER),
        *(
            _pack_instruction(_EQUAL, number, len(choices) - at + places[end])
            for at, (number, end) in enumerate(choices, start=1)
        ),
        *(step for steps in ends.values() for step in steps),
    ]


def _pack_instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """if_true, if_false: number of instructions to skip."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
