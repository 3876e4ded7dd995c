"""D12: a process that holds keys leaves no core."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc and prctl.")

# As root, cores may be allowed again.
ALLOWED = """
import ctypes, os, resource, signal
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
"""
ENDS = "os.kill(os.getpid(), signal.SIGABRT)"
UNDUMPED = "from hubwarden_cli.creds.undumped import undumped\nundumped()\n"
ASKED = "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"


def run(program: str, folder: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_cores_are_off_for_it_and_for_its_children(
    tmp_path: Path, environ: Mapping[str, str]
) -> None:
    before = run(f"import ctypes, resource\n{ASKED}", tmp_path, environ)
    assert before.stdout.endswith(" 1\n"), "there is nothing to switch off"
    child = "print(end='', flush=True); os.system('ulimit -c')"
    after = run(f"import ctypes, os, resource\n{UNDUMPED}{ASKED}{child}", tmp_path, environ)
    assert after.stdout.splitlines() == ["(0, 0) 0", "0"]


def test_an_abort_leaves_no_core(tmp_path: Path, environ: Mapping[str, str]) -> None:
    dumps = run(ALLOWED + ENDS, tmp_path, environ)
    if not list(tmp_path.iterdir()):
        pytest.skip("Here nobody leaves a core in the folder: see /proc/sys/kernel/core_pattern.")
    for core in tmp_path.iterdir():
        core.unlink()
    undumped = run(ALLOWED + UNDUMPED + ENDS, tmp_path, environ)
    assert dumps.returncode == undumped.returncode == -6
    assert list(tmp_path.iterdir()) == []
    # The limit alone would not be enough where it is raised again.
    raised = UNDUMPED.replace("undumped()", "undumped(); resource.setrlimit(4, (-1, -1))")
    run(ALLOWED + raised + ENDS, tmp_path, environ)
    assert list(tmp_path.iterdir()) == []


def test_whoever_reaches_azure_is_undumped(tmp_path: Path, environ: Mapping[str, str]) -> None:
    reaches = "from hubwarden_cli.creds.azure import access\naccess('public')\n"
    done = run(f"import ctypes, resource\n{reaches}{ASKED}", tmp_path, environ)
    assert done.stdout.splitlines() == ["(0, 0) 0"], done.stderr
