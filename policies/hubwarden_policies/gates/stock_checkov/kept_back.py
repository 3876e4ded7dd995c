"""What Checkov keeps to itself: failures that it drops, checks that break or are not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hubwarden_policies.gates.stock_checkov.fault import Fault
from hubwarden_policies.gates.stock_checkov.proof import WAY_OUT, bare, listed
from hubwarden_policies.gates.stock_checkov.stage import Stage


def dropped_faults(stage: Stage, said: Mapping[str, Any], wanted: Iterable[str]) -> Iterator[Fault]:
    """The failed checks that Checkov ran and left out of its report."""
    wanted = set(wanted)
    reported: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in said["records"]:
        reported[one["file"], one["check"]].add(one["resource"])
    dropped: dict[str, dict[str, None]] = defaultdict(dict)
    for file, type_, name, _, check, verdict, _ in said["runs"]:
        if verdict != "failed" or check not in wanted or file not in stage.inputs:
            continue
        there = reported[file, check]
        # In a module of Terraform's, or with a key, it is reported under a longer name.
        named = any(one.endswith(name) or bare(one).endswith(name) for one in there)
        if f"{type_}.{name}" not in there and not named:
            dropped[file][f"{check} on {type_} {name}"] = None
    for place, names in dropped.items():
        yield Fault(
            stage.inputs[place].shown,
            "dropped",
            f"Checkov found {listed(list(names))} failed and left it out of its report, as it "
            f"does where a name is computed; {WAY_OUT}",
        )


def raised_faults(stage: Stage, said: Mapping[str, Any], wanted: Iterable[str]) -> Iterator[Fault]:
    """The checks that broke: Checkov calls that unknown and says nothing."""
    wanted = set(wanted)
    raised: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for file, type_, name, _, check, verdict, error in said["runs"]:
        if verdict == "error" and check in wanted and file in stage.inputs:
            raised[file, f"{check} ({error})"][f"{type_} {name}"] = None
    for (place, check), names in raised.items():
        yield Fault(
            stage.inputs[place].shown,
            "check-raised",
            f"Checkov's {check} broke on {listed(list(names))}, so nobody knows whether it "
            f"holds; leave it out by --skip-check {check.partition(' ')[0]}, or the file by "
            "--skip-path.",
        )


def unloaded_faults(external: Sequence[Path], said: Mapping[str, Any]) -> Iterator[Fault]:
    """The external checks that are not there: Checkov only logs that, and goes on."""
    for file, error in said["unloaded"]:
        yield Fault(
            file,
            "external",
            f"this check could not be loaded ({error}) and judged nothing; mend it, or leave its "
            "folder out.",
        )
    heard = [*said["loaded"], *(file for file, _ in said["unloaded"])]
    for folder in external:
        graph = any(folder.rglob("*.y*ml")) or any(folder.rglob("*.json"))
        if not graph and not any(Path(file).is_relative_to(folder) for file in heard):
            yield Fault(
                str(folder),
                "external",
                "no check was loaded from there; put an __init__.py beside the checks, or leave "
                "the folder out.",
            )
