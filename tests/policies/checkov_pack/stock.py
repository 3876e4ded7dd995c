"""Runs stock Checkov with the pack, and reads what it reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
PACK: Final = ROOT / "policies" / "checkov_pack"
BARE: Final = Path(__file__).parent / "bare.py"
SITE: Final = sysconfig.get_path("purelib")
PARTS: Final = ("failed_checks", "passed_checks", "skipped_checks")


@dataclass(frozen=True)
class Report:
    """How Checkov ended, and every record of our checks: file, id, resource, verdict, details."""

    code: int
    records: Sequence[Mapping[str, Any]]

    def verdicts(self, file: str) -> dict[tuple[str, str], str]:
        """What it says of one file, by the check's id and Checkov's name for the resource."""
        return {
            (one["check_id"], one["resource"]): one["check_result"]["result"]
            for one in self.records
            if one["file_path"].endswith(f"/{file}")
        }

    def failed(self, file: str) -> set[str]:
        """The ids that fail somewhere in a file."""
        return {id_ for (id_, _), said in self.verdicts(file).items() if said == "FAILED"}


def checkov(
    folder: Path,
    framework: str,
    *arguments: str,
    home: Path,
    pack: Path = PACK,
    environ: Mapping[str, str] | None = None,
) -> Report:
    """Checkov's report on a folder, by our checks only, in an environment that has no hubwarden."""
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", BARE, SITE),
            *("--framework", framework, "--skip-download", "--output", "json"),
            *("--external-checks-dir", pack, "--check", "CKV_HUBWARDEN_*"),
            *(arguments or ("--directory", folder)),
        ],
        env={"PATH": os.environ["PATH"], "HOME": str(home), **(environ or {})},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.strip(), done.stderr[-2000:]
    said = json.loads(done.stdout)
    results = said.get("results", {}) if isinstance(said, dict) else {}
    return Report(done.returncode, [one for name in PARTS for one in results.get(name, ())])
