"""hubwarden as other people have it: from the wheel, in an environment that knows no checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout, in the folder."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, folder], cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(folder: Path, wheel: Path) -> Path:
    """Make a virtual environment with the wheel, beside the libraries of this one; its `bin`.

    They are read where they are: a path file does not follow the path files that it finds there,
    and so not the one that leads to the checkout.
    """
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    subprocess.run(
        [
            *(Path(sys.prefix) / "bin/uv", "pip", "install", "--offline", "--no-deps"),
            *("--python", folder / "bin/python", wheel),
        ],
        capture_output=True,
        check=True,
    )
    return folder / "bin"
