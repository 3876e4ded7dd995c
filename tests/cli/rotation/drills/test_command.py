"""`hubwarden creds drill` as a user starts it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., subprocess.CompletedProcess[str]]


def test_it_survives_its_kills_and_refuses_nobody(hubwarden: Command, tmp_path: Path) -> None:
    done = hubwarden("creds", "drill", "--json", "--kills", "4", "--seed", "7", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert list(summary) == ["served", "refused", "kills", "resumes", "versions", "seconds"]
    assert summary["served"] > 200
    assert (summary["refused"], summary["kills"], summary["resumes"]) == (0, 4, 4)
    # Two secrets and a copy, a version before and one after.
    assert summary["versions"] == 6
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert sum(one["event"] == "killed" for one in events) == 4
    assert list(tmp_path.iterdir()) == [], "it left something behind"


def test_it_tells_people_what_happens(hubwarden: Command, tmp_path: Path) -> None:
    done = hubwarden("creds", "drill", "--kills", "1", "--seed", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for said in ("a double of Azure, not Azure", "seed 2", "killed", "resumed", "grace"):
        assert said in done.stdout
    assert "requests refused        0" in done.stdout
