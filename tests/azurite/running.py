"""Azurite, a real blob service on this machine: installed by npm on first use, then started."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parents[1] / ".cache"
ACCOUNT: Final = "devstoreaccount1"
# Azurite's well-known key, in its documentation: it opens nothing but an Azurite.
KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
# The newest that 3.37.0 takes; the SDK's own is newer.
API_VERSION: Final = "2026-06-06"
_READY_SECONDS: Final = 30


class Lacking(Exception):
    """What this machine lacks: one sentence that says how to get it."""


@dataclass(frozen=True)
class Azurite:
    """A running blob service: its address, and what azure-storage-blob takes as a credential."""

    url: str

    @property
    def credential(self) -> dict[str, str]:
        return {"account_name": ACCOUNT, "account_key": KEY}


@contextmanager
def running(folder: Path, environ: Mapping[str, str]) -> Iterator[Azurite]:
    """A blob service with its data in a folder."""
    node = _tool("node", environ)
    script = _installed(environ) / "node_modules/azurite/dist/src/blob/main.js"
    port = _free_port()
    log = folder / "azurite.log"
    where = ("--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder))
    with log.open("wb") as out:
        process = subprocess.Popen(
            [node, str(script), *where, "--disableTelemetry", "--silent"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            # It does no more than one system call there: no thread can hold it up.
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
    try:
        _wait(process, port, log)
        yield Azurite(f"http://127.0.0.1:{port}/{ACCOUNT}")
    finally:
        process.terminate()
        process.wait(10)


def _installed(environ: Mapping[str, str]) -> Path:
    pins = hashlib.sha256((HERE / "package.json").read_bytes()).hexdigest()[:12]
    home = CACHE / f"azurite-{pins}"
    CACHE.mkdir(exist_ok=True)
    # Several workers of the tests may come at once.
    with (CACHE / "azurite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():
            _install(home, environ)
    return home


def _install(home: Path, environ: Mapping[str, str]) -> None:
    npm = _tool("npm", environ)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        made = Path(scratch, "made")
        made.mkdir()
        shutil.copy(HERE / "package.json", made)
        flags = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
        done = subprocess.run(
            [npm, "install", *flags],
            cwd=made,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode:
            raise Lacking(f"Azurite cannot be installed: npm says {done.stderr.strip()[-300:]!r}.")
        made.rename(home)


def _tool(name: str, environ: Mapping[str, str]) -> str:
    found = shutil.which(name, path=environ.get("PATH", ""))
    if found is None:
        raise Lacking(f"The tests of leases need {name}: apt install nodejs npm (Node 18+).")
    return found


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Azurite did not start: {log.read_text(errors='replace')[-1000:]}")


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
