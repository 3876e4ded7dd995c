"""The calls into Linux that Python itself does not offer before 3.12, or not at all.

Each raises OSError with what it was about. The numbers come from the kernel's uapi headers
(linux/sched.h, mount.h, prctl.h, capability.h); system calls from 424 on have one number on every
architecture that Python is built for.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct

NEW_MOUNTS, NEW_NAMES, NEW_IPC = 0x20000, 0x4000000, 0x8000000
NEW_USER, NEW_PIDS, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000

READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, REMOUNT = 1, 2, 4, 8, 32
BIND, RECURSIVE, PRIVATE = 1 << 12, 1 << 14, 1 << 18

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "ppc64le": 271, "s390x": 280}
_HERE, _AT_RECURSIVE, _CLONE, _EMPTY_PATH = -100, 0x8000, 1, 4
_DEATH_SIGNAL, _READ_BOUND, _DROP_BOUND = 1, 23, 24
_NO_NEW_PRIVILEGES, _AMBIENT, _CLEAR = 38, 47, 4
_FLAGS = {"nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1024, "nodiratime": 2048}
_RELATIME = 1 << 21

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, about: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), about)
    return result


def _call(number: int, about: str, *args: object) -> int:
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return _check(_libc.syscall(ctypes.c_long(number), *wide), about)


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` names for new ones."""
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """As mount(2)."""
    _check(
        _libc.mount(
            os.fsencode(source),
            os.fsencode(target),
            kind.encode() or None,
            ctypes.c_ulong(flags),
            os.fsencode(data) or None,
        ),
        target,
    )


def clone_tree(path: str) -> int:
    """Hold a copy of what is mounted at `path` and below it, attached nowhere."""
    flags = _CLONE | _AT_RECURSIVE | os.O_CLOEXEC
    return _call(_OPEN_TREE, path, _HERE, os.fsencode(path), flags)


def attach(tree: int, path: str) -> None:
    """Put a tree of `clone_tree` at `path`, and let go of it."""
    try:
        _call(_MOVE_MOUNT, path, tree, b"", _HERE, os.fsencode(path), _EMPTY_PATH)
    finally:
        os.close(tree)


def make_read_only(path: str) -> None:
    """Make all that is mounted at `path` and below it read-only, without devices or set-uid."""
    attributes = struct.pack("QQQQ", READ_ONLY | NO_SUID | NO_DEVICES, 0, 0, 0)
    _call(_MOUNT_SETATTR, path, _HERE, os.fsencode(path), _AT_RECURSIVE, attributes, 32)


def make_each_read_only(path: str) -> None:
    """As `make_read_only`, mount by mount, for kernels before 5.12."""
    with open("/proc/self/mountinfo", "rb") as table:
        rows = [row.split() for row in table]
    for row in rows:
        # Blanks and backslashes come as octal escapes.
        point = row[4].decode("unicode_escape").encode("latin-1").decode(errors="surrogateescape")
        if os.path.commonpath([path, point]) != path:
            continue
        options = row[5].decode().split(",")
        # An option that the mount has may not be taken off it here, so all are repeated.
        flags = sum(flag for name, flag in _FLAGS.items() if name in options and flag > NO_DEVICES)
        flags |= _RELATIME if "relatime" in options else 0
        # What another mount covers, nobody can reach.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            flags |= REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES
            mount("none", point, "", flags)


def drop_capabilities() -> None:
    """Give up all capabilities for good: no set-uid program and no exec brings one back."""
    capability = 0
    while _libc.prctl(_READ_BOUND, capability, 0, 0, 0) >= 0:
        _check(_libc.prctl(_DROP_BOUND, capability, 0, 0, 0), "capability bounding set")
        capability += 1
    with contextlib.suppress(OSError):  # kernels before 4.3 have no ambient set
        _check(_libc.prctl(_AMBIENT, _CLEAR, 0, 0, 0), "ambient capabilities")
    version_3 = struct.pack("Ii", 0x20080522, 0)
    _check(_libc.capset(version_3, bytes(24)), "capabilities")
    _check(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new privileges")


def die_with_parent() -> None:
    """Be killed when the parent ends."""
    _check(_libc.prctl(_DEATH_SIGNAL, 9, 0, 0, 0), "parent's death")


def leave_keyring() -> None:
    """Join a new session keyring, so that the caller's (Kerberos tickets, …) is out of reach."""
    number = _KEYCTL.get(os.uname().machine)
    if number is not None:
        with contextlib.suppress(OSError):  # a kernel without keyrings has nothing to hide
            _call(number, "session keyring", 1, None)


def raise_loopback() -> None:
    """Bring `lo` up in a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        up_running = 0x41
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", up_running))
