"""The proof that Checkov judged what it was given: what it declares against what Checkov did."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from hubwarden_policies.gates.stock_checkov.canary import CHECK
from hubwarden_policies.gates.stock_checkov.engine.heard import PACK
from hubwarden_policies.gates.stock_checkov.fault import Fault
from hubwarden_policies.gates.stock_checkov.inputs import Input
from hubwarden_policies.gates.stock_checkov.readers.declared import Declared, Reading
from hubwarden_policies.gates.stock_checkov.stage import Stage

# So many resources of a file are named.
_LISTED: Final = 5
WAY_OUT: Final = "judge it with `hubwarden check`, or leave it out by --skip-path."


def canary_faults(stage: Stage, said: Mapping[str, Any]) -> Iterator[Fault]:
    """Where a canary was passed: then nothing else that Checkov says is worth anything."""
    failed = {
        one["file"]
        for one in said["records"]
        if one["verdict"] == "failed" and one["check"] == CHECK
    }
    # With a folder that is a fault by itself.
    folders = [where for where, _ in said["crashed"] if where not in stage.canaries]
    crashed = set(_in(stage.canaries, [[where] for where in folders]))
    for place in stage.canaries:
        if place not in failed and place not in crashed:
            yield Fault(
                "Checkov",
                "canary",
                f"Checkov did not judge what it was given: it passed a {stage.framework} file "
                "that is known to be bad; install the reviewed version, or leave this framework "
                "out by --framework.",
            )


def crash_faults(stage: Stage, said: Mapping[str, Any]) -> Iterator[Fault]:
    """Where Checkov itself broke: then it judged nothing of a whole folder."""
    for folder, error in said["crashed"]:
        names = sorted(stage.inputs[place].shown for place in _in(stage.inputs, [[folder, error]]))
        if not names:
            continue
        yield Fault(
            names[0] if len(names) == 1 else os.path.commonpath(names) or ".",
            "crashed",
            f"Checkov broke ({error}) and did not judge {listed(names)}; {WAY_OUT}",
        )


def unparsed_faults(stage: Stage, said: Mapping[str, Any]) -> Iterator[Fault]:
    """The files that Checkov could not read."""
    for place in dict.fromkeys(said["unparsed"]):
        if (one := stage.inputs.get(place)) is not None:
            yield Fault(one.shown, "unparsed", f"Checkov could not read it; {WAY_OUT}")


def coverage_faults(
    stage: Stage, said: Mapping[str, Any], readings: Mapping[str, Reading]
) -> Iterator[Fault]:
    """The resources that are declared and have checks, and were judged by none of them."""
    # That hubwarden's pack has judged a resource is no proof that Checkov's own checks have.
    for ours, subjects in ((False, said["subjects"]), (True, said.get("pack_subjects", ()))):
        runs = [run for run in said["runs"] if run[4].startswith(PACK) is ours]
        yield from _uncovered(stage, {**said, "subjects": subjects, "runs": runs}, readings)


def _uncovered(
    stage: Stage, said: Mapping[str, Any], readings: Mapping[str, Reading]
) -> Iterator[Fault]:
    checked = has_checks(said["subjects"])
    judged = _judged(stage, said["runs"])
    silent = {*said["unparsed"], *_in(stage.inputs, said["crashed"])}
    for place, one in stage.inputs.items():
        if place in silent:
            continue
        declared: dict[str, list[Declared]] = defaultdict(list)
        for resource in readings[place].resources:
            if checked(resource.type):
                declared[resource.type.lower()].append(resource)
        missing = [
            resource
            for type_, resources in declared.items()
            for resource in _unmatched(resources, _names(judged, place, type_))
        ]
        if missing:
            names = [f"{resource.type} {resource.name}" for resource in missing]
            yield Fault(
                one.shown,
                "not-judged",
                f"Checkov has checks for {listed(names)} and ran none of them; {WAY_OUT}",
                missing[0].line,
            )


def _judged(stage: Stage, runs: Sequence[Any]) -> dict[tuple[str, str], dict[str, int]]:
    """How many resources of each file, type and name were judged.

    Checkov may come to a resource of a template twice, so there they count by their lines.
    """
    seen: dict[tuple[str, str], dict[str, Counter[Any]]] = defaultdict(dict)
    for file, type_, name, line, check, *_ in runs:
        key = line if stage.framework == "arm" else check
        seen[file, type_.lower()].setdefault(bare(name), Counter())[key] += 1
    by_line = stage.framework == "arm"
    return {
        what: {name: len(keys) if by_line else max(keys.values()) for name, keys in names.items()}
        for what, names in seen.items()
    }


def _names(
    judged: Mapping[tuple[str, str], Mapping[str, int]], place: str, type_: str
) -> Mapping[str, int]:
    """The names under which a type was judged: Checkov knows a nested one by its last part."""
    names: Counter[str] = Counter()
    steps = type_.split("/")
    for start in range(len(steps)):
        names.update(judged.get((place, "/".join(steps[start:])), {}))
    return names


def _unmatched(resources: Sequence[Declared], judged: Mapping[str, int]) -> Iterator[Declared]:
    """The resources of one type that were judged neither under their name nor under another one."""
    left = dict(judged)
    unnamed = []
    for resource in resources:
        if left.get(resource.name, 0) > 0:
            left[resource.name] -= 1
        else:
            unnamed.append(resource)
    declared = {resource.name for resource in resources}
    # Checkov may know a name that is an expression here, or the other way round.
    others = sum(number for name, number in left.items() if name not in declared)
    yield from unnamed[others:]


def gap_faults(one: Input, reading: Reading) -> Iterator[Fault]:
    """What could not be read here, so that nobody can tell whether Checkov judged it."""
    for gap in reading.gaps:
        if not gap.harmless:
            message = f"{gap.what}, so nobody can tell whether Checkov judged all; {WAY_OUT}"
            yield Fault(one.shown, "unreadable", message, gap.line)


def has_checks(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether Checkov has a check for a type, whatever its case: Azure does not mind it either."""
    lower = [pattern.lower() for pattern in patterns]
    plain = {pattern for pattern in lower if not re.search(r"[*?\[]", pattern)}
    wild = [pattern for pattern in lower if pattern not in plain]

    @cache
    def known(name: str) -> bool:
        name = name.lower()
        return name in plain or any(fnmatchcase(name, one) for one in wild)

    return known


def _in(places: Iterable[str], crashed: Sequence[Sequence[str]]) -> Iterator[str]:
    """The files on which Checkov broke, alone or with their folder."""
    broken = [where for where, *_ in crashed]
    for place in places:
        if any(place == where or place.startswith(f"{where}/") for where in broken):
            yield place


def bare(name: str) -> str:
    """A name of Terraform's without its module and key."""
    return re.sub(r"\[[^\[\]]*\]$", "", name) if not name.startswith("[") else name


def listed(names: Sequence[str]) -> str:
    """Some of the names, and how many more there are."""
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")
