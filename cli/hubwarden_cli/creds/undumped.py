"""No picture of a process that holds keys reaches a disk, and none of its neighbours looks in."""

from __future__ import annotations

import sys
from typing import Final

# linux/prctl.h
_PR_SET_DUMPABLE: Final = 4


def undumped() -> None:
    """Until the process ends, and its children leave no core either.

    On Linux nobody but root may trace it or read its memory from then on. Where the system cannot
    do it, it goes on without: it is one lock of several.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        # A core pattern that is a pipe to a program is not bound by the limit, but by this.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
