"""Refuse in Python what namespaces refuse by themselves: the network, and writing anywhere else.

The network is refused with namespaces too, for the sentence. Writing is refused only where nothing
else would: the program's own folder must not be overwritten with made-up values. None of this
holds hostile code, nor any process that the program starts.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from .paths import database, is_inside, opened_for_writing, real_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import World

_LOOPBACK = {"", "localhost", "::", "::1", "0.0.0.0", "ip6-localhost"}  # noqa: S104 (compared)


class Refused(PermissionError):
    """What the program is told: one sentence, as the operating system would raise it."""


def network(world: World) -> dict[str, Callable[..., object]]:
    """The audit events by which a program reaches others, each with what refuses it."""

    def reach(host: Any) -> None:
        name = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
        if name not in _LOOPBACK and not name.startswith("127.") and name != socket.gethostname():
            raise Refused(
                f"network is off during hubwarden check: {name} was asked for; "
                "what the program needs from there can be given in [check] of hubwarden.toml"
            )

    def connect(_socket: Any, address: Any, *_: Any) -> None:
        if isinstance(address, tuple):
            reach(address[0])
        elif world.held == "observed" and isinstance(address, (str, bytes)):
            # Sockets of services (Docker, ssh-agent); those without a name begin with a zero.
            path = "" if address[:1] in ("\0", b"\0") else real_name(address)
            if not _is_own(world, path):
                raise Refused(f"network is off during hubwarden check: {address!r} was asked for")

    return {
        "socket.connect": connect,
        "socket.sendto": connect,
        "socket.sendmsg": connect,
        "socket.getaddrinfo": lambda host, *_: reach(host),
        "socket.gethostbyname": reach,
    }


def writing(world: World) -> dict[str, Callable[..., object]]:
    """The audit events that change files, each with what refuses it; none in namespaces."""
    if world.held != "observed":
        return {}

    def change(name: str) -> None:
        if name and not _is_own(world, name):
            raise Refused(
                f"hubwarden check does not let the program change {name}: no namespaces hold it "
                "here, so only HOME and TMPDIR are its own; write there, or check where they do"
            )

    def follow(path: Any, *_: Any) -> None:
        change(real_name(path, follow=True))

    def follow_from(path: Any, *rest: Any) -> None:
        change(real_name(path, rest[-1], follow=True))

    def rename(old: Any, new: Any, old_folder: int = -1, new_folder: int = -1) -> None:
        change(real_name(old, old_folder))
        change(real_name(new, new_folder))

    events: dict[str, Callable[..., object]] = {
        "open": lambda path, _mode, flags: change(opened_for_writing(path, flags)),
        "sqlite3.connect": lambda name: change(database(name)),
        "os.rename": rename,
        "os.link": lambda _, new, _folder=-1, folder=-1: change(real_name(new, folder)),
        "os.symlink": lambda _, new, folder=-1: change(real_name(new, folder)),
    }
    removals = ("os.remove", "os.rmdir")
    events.update(dict.fromkeys(removals, lambda path, folder=-1: change(real_name(path, folder))))
    events.update(dict.fromkeys(("os.mkdir", "os.chmod", "os.chown"), follow_from))
    others = ("os.truncate", "os.utime", "os.setxattr", "os.removexattr")
    events.update(dict.fromkeys(others, follow))
    return events


def _is_own(world: World, name: str) -> bool:
    return any(is_inside(name, place) for place, _ in world.places)
