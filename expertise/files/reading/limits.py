"""The child's bounds: memory, time, no file to write, nothing to connect to, no program to start.

Set before the first byte of a foreign file is looked at. A bound that this kernel does not offer is left out; the
others hold without it (ADR 0011).
"""

import ctypes
import platform
import resource
import struct

MEMORY = 400 * 1024 * 1024
SECONDS = 10
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _ERRNO_EPERM, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
# What a reader never needs once it is loaded, by machine: (audit architecture, numbers of the calls). In order: the
# network, processes and programs, opening a file, making and moving names, and what could go round all of these.
# fmt: off
_FORBIDDEN = {
    "x86_64": (0xC000003E, (
        41, 42, 49, 44, 46, 53,  # socket, connect, bind, sendto, sendmsg, socketpair
        56, 435, 57, 58, 59, 322, 101, 62,  # clone, clone3, fork, vfork, execve, execveat, ptrace, kill
        2, 257, 437, 85,  # open, openat, openat2, creat
        82, 264, 316, 86, 265, 88, 266, 87, 263, 83, 258,  # rename, link, symlink, unlink, mkdir, and their *at
        425,  # io_uring_setup
    )),
    "aarch64": (0xC00000B7, (
        198, 203, 200, 206, 211, 199,
        220, 435, 221, 281, 117, 129,
        56, 437,
        38, 276, 37, 36, 35, 34,
        425,
    )),
}
# fmt: on


def set_bounds() -> None:
    """Memory, processor time, no file of any size, no dump of the memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def shut_in() -> bool:
    """Forbid network, programs, and opening files; whether the kernel does so."""
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        return False
    architecture, numbers = _FORBIDDEN[machine]
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program(architecture, numbers)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = _Program(len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(header), 0, 0) == 0)


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _program(architecture: int, numbers: tuple[int, ...]) -> bytes:
    """A filter of linux/seccomp.h: another architecture dies, a forbidden call fails with EPERM, all else goes on."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    steps = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, _KILL),
        (load, 0, 0, 0),
        # The x32 calls of x86_64 have numbers of their own, from here on: none is needed.
        (at_least, len(numbers), 0, 0x40000000),
    ]
    for place, number in enumerate(numbers):
        steps.append((equal, len(numbers) - place, 0, number))
    steps += [(answer, 0, 0, _ALLOW), (answer, 0, 0, _ERRNO_EPERM)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
