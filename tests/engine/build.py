"""The real Pulumi CLI for the tests: the one on the PATH, or one that is built from Go modules.

Run as a command it makes the CLI ready and says where it is. Nobody serves the CLI to package
managers, but its modules are served as every Go module is: go.mod and go.sum pin them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parents[1] / ".cache"
# The first that takes a policy pack from a variable, as Pulumi.yaml asks for it too.
OLDEST: Final = (3, 208)
EXEC: Final = "pulumi-language-python-exec"
_CLI: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_SDK: Final = "github.com/pulumi/pulumi/sdk/v3"
_TOOLCHAIN: Final = "golang.org/toolchain@v0.0.1-go"
# From this Go on, the `go` command itself fetches the newer one that go.mod asks for.
_FETCHING_GO: Final = (1, 21)


class Lacking(Exception):
    """What this machine lacks: one sentence that says how to get it."""


def cli(environ: Mapping[str, str], say: Callable[[str], None] = lambda _: None) -> Path:
    """The CLI, built where the machine has none; `say` is told what takes long."""
    return _installed(environ) or _built(environ, say)


def _installed(environ: Mapping[str, str]) -> Path | None:
    found = shutil.which("pulumi", path=environ.get("PATH", ""))
    return Path(found) if found and _version([found, "version"], environ) >= OLDEST else None


def _built(environ: Mapping[str, str], say: Callable[[str], None]) -> Path:
    pins = hashlib.sha256((HERE / "go.mod").read_bytes() + (HERE / "go.sum").read_bytes())
    home = CACHE / f"pulumi-{pins.hexdigest()[:12]}"
    if not home.is_dir():
        with _alone():
            if not home.is_dir():
                _build(home, _go(environ), environ, say)
    return home / "pulumi"


def _build(home: Path, go: str, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
    say("Building Pulumi from Go modules: about four minutes the first time, seconds after.")
    environ = {**environ, "GOFLAGS": f"{environ.get('GOFLAGS', '')} -mod=readonly".strip()}
    listed = ("list", "-m", "-f", "{{.Version}} {{.Dir}}", _SDK)
    _run([go, "mod", "download", _SDK], environ)
    version, _, sources = _run([go, *listed], environ).strip().partition(" ")
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        made = Path(scratch, "made")
        made.mkdir()
        stamp = f"-s -w -X {_SDK}/go/common/version.Version={version}"
        tags = "osusergo,grpcnotrace"
        _run([go, "build", "-tags", tags, "-ldflags", stamp, "-o", f"{made}/", _CLI], environ)
        # It runs a program under whatever language host there is; no module of its own has it.
        shutil.copyfile(Path(sources, "python", "cmd", EXEC), made / EXEC)
        (made / EXEC).chmod(0o755)
        made.rename(home)


def _go(environ: Mapping[str, str]) -> str:
    found = shutil.which("go", path=environ.get("PATH", ""))
    if found is None:
        raise Lacking(
            "The tests with Pulumi's own engine need Pulumi "
            f"({'.'.join(map(str, OLDEST))} or newer) on the PATH, or Go "
            "(https://go.dev/doc/install, or `apt install golang-go`) to build it: `make engine`."
        )
    if _version([found, "env", "GOVERSION"], environ) >= _FETCHING_GO:
        return found
    return _newer_go(found, environ)


def _newer_go(old: str, environ: Mapping[str, str]) -> str:
    """The Go that go.mod asks for, which is a module too; Debian 12 has one that is too old."""
    wanted = re.search(r"^go (\S+)$", (HERE / "go.mod").read_text("utf-8"), flags=re.MULTILINE)
    assert wanted is not None
    with tempfile.TemporaryDirectory() as elsewhere:
        run = partial(_run, environ=environ, folder=Path(elsewhere))
        system, machine = run([old, "env", "GOOS", "GOARCH"]).split()
        module = f"{_TOOLCHAIN}{wanted[1]}.{system}-{machine}"
        root = Path(json.loads(run([old, "mod", "download", "-json", module]))["Dir"])
    for tool in (*root.glob("bin/*"), *root.glob("pkg/tool/*/*")):
        tool.chmod(0o755)
    return str(root / "bin" / "go")


def _version(command: list[str], environ: Mapping[str, str]) -> tuple[int, ...]:
    quiet = {**environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "GOTOOLCHAIN": "local"}
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found else ()


def _run(command: list[str], environ: Mapping[str, str], folder: Path = HERE) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip()[-500:]
        raise Lacking(f"Pulumi cannot be built here: `{' '.join(command[:2])}` says {said}")
    return done.stdout


@contextmanager
def _alone() -> Iterator[None]:
    """Of all processes that need the CLI, one builds it; the others wait."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "pulumi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Make the CLI ready; 2 where this machine cannot."""
    try:
        print(cli(os.environ, say=lambda text: print(text, file=sys.stderr)))  # noqa: T201
    except Lacking as lack:
        print(lack, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
