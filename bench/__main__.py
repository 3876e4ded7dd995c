"""One table of ratios from one run; exits 1 where a budget is missed."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.creds import plan_seconds, transition_seconds
from bench.file_rows import file_rows
from bench.guard import guard_seconds
from bench.measure import Command, Row, peak, seconds
from bench.pack import pack_seconds
from bench.rules import rule_seconds
from bench.template import write_template
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import Stack
from hubwarden_policies.team import Team

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "bench/program"
SCRIPTS = Path(sysconfig.get_path("scripts"))
# Without Checkov's advice, which is measured by itself.
CHECK = (SCRIPTS / "hubwarden", "check", "--no-advice")
ADVICE = 0.3  # seconds
SIZES = (8, 100, 1000)
LARGEST_PROCESS = 250  # MiB
PACK = 3.0  # seconds
GUARD = 0.2
HUBS = 200
PLAN = 5.0  # seconds
TRANSITION = 0.05  # seconds, of which the disk has the most
COPIES = (100, 1_000, 10_000)  # resources, for the rules by themselves
RULES_PER_RESOURCE = 150  # microseconds


def main() -> int:
    """Measure, print, and judge by the budgets."""
    with tempfile.TemporaryDirectory() as name:
        environ = {**os.environ, "HOME": name}
        whole, sizes = _whole(Path(name)), _sizes(Path(name))
        taken = seconds(whole, runs=5, environ=environ) | seconds(sizes, runs=3, environ=environ)
        largest = {
            "all shipped stacks": peak(whole["both"], environ),
            "1,000 resources": peak(sizes["1000"], environ),
        }
        files = list(file_rows(Path(name), environ, check=CHECK, checkov=_checkov))
    rows = [*_speed(taken), _pack(), _guard(), *_creds(), *_rules(), *files, *_size(largest)]
    print(f"{'':44}{'hubwarden':>12}  {'against':26}{'ratio':>6}{'budget':>8}")
    for row in rows:
        missed = "" if row.ratio <= row.budget else "  missed"
        print(
            f"{row.what:44}{row.measured:>12}  {row.against:26}{row.ratio:6.2f}"
            f"{row.budget:8.2f}{missed}"
        )
    return int(any(row.ratio > row.budget for row in rows))


def _whole(scratch: Path) -> dict[str, Command]:
    stacks = read_project(ROOT).stacks
    one, *_ = _templates(ROOT, stacks, scratch)
    files = [part for stack in stacks for part in ("--file", scratch / f"{stack}.json")]
    return {
        "pass": Command((sys.executable, "-c", "pass"), ROOT),
        "version": Command((SCRIPTS / "hubwarden", "--version"), ROOT),
        "one": Command((*CHECK, "--stack", stacks[0]), ROOT),
        "one advised": Command((SCRIPTS / "hubwarden", "check", "--stack", stacks[0]), ROOT),
        "one checkov": _checkov("--file", one),
        "both": Command(CHECK, ROOT),
        "both checkov": _checkov(*files),
    }


def _sizes(scratch: Path) -> dict[str, Command]:
    stacks = tuple(f"of-{size}" for size in SIZES)
    templates = _templates(PROGRAM, stacks, scratch)
    commands = {}
    for size, stack, template in zip(SIZES, stacks, templates, strict=True):
        check = (*CHECK, PROGRAM, "--stack", stack)
        commands[f"{size}"] = Command(check, ROOT, codes=(0, 1))
        commands[f"{size} checkov"] = _checkov("--file", template)
    return commands


def _templates(folder: Path, stacks: tuple[str, ...], scratch: Path) -> list[Path]:
    for stack in _declared(folder, stacks):
        write_template(stack, scratch / f"{stack.name}.json")
    return [scratch / f"{stack}.json" for stack in stacks]


def _declared(folder: Path, stacks: tuple[str, ...]) -> Iterator[Stack]:
    today = datetime.now(UTC).date()
    for examined in examine(
        read_project(folder),
        stacks,
        rules=(),
        team=lambda _: Team(today=today),
        conditions=Conditions(environ=os.environ),
    ):
        if examined.stack is None:
            raise RuntimeError(examined.errors[0].message)
        yield examined.stack


def _checkov(*arguments: str | Path, framework: str | None = "arm") -> Command:
    told = ("--framework", framework) if framework else ()
    quiet = ("--skip-download", "--compact", "--quiet")
    return Command((SCRIPTS / "checkov", *told, *quiet, *arguments), ROOT, codes=(0, 1))


def _speed(taken: Mapping[str, float]) -> Iterator[Row]:
    def against_checkov(what: str, name: str, budget: float) -> Row:
        ours, theirs = taken[name], taken[f"{name} checkov"]
        return Row(what, f"{ours:.2f} s", f"Checkov {theirs:.2f} s", ours / theirs, budget)

    yield against_checkov("check of one stack, cold", "one", 0.6)
    yield against_checkov("check of all shipped stacks, cold", "both", 0.8)
    advice = taken["one advised"] - taken["one"]
    yield Row(
        "Checkov's advice on top of one stack",
        f"{advice:.2f} s",
        f"{ADVICE} s",
        advice / ADVICE,
        1.0,
    )
    yield against_checkov("check of 1,000 resources", "1000", 2.0)
    small, middle, large = (taken[f"{size}"] for size in SIZES)
    early = (middle - small) / (SIZES[1] - SIZES[0]) * 1000
    late = (large - middle) / (SIZES[2] - SIZES[1]) * 1000
    yield Row(
        "one more resource, 100 to 1,000",
        f"{late:.1f} ms",
        f"8 to 100: {early:.1f} ms",
        late / early,
        2.0,
    )
    yield Row(
        "hubwarden --version, in seconds",
        f"{taken['version']:.2f} s",
        f"python -c pass {taken['pass']:.2f} s",
        taken["version"],
        0.25,
    )


def _pack() -> Row:
    taken = min(pack_seconds(ROOT / "policies", SIZES[-1]) for _ in range(3))
    what = "the policy pack on a preview of 1,000"
    return Row(what, f"{taken:.2f} s", f"{PACK} s", taken / PACK, 1.0)


def _guard() -> Row:
    taken = min(guard_seconds(100) for _ in range(3))
    return Row("the guard over 100", f"{taken:.2f} s", f"{GUARD} s", taken / GUARD, 1.0)


def _creds() -> Iterator[Row]:
    taken = plan_seconds(HUBS)
    what = f"creds plan over {HUBS} hubs of the double"
    yield Row(what, f"{taken:.2f} s", f"{PLAN} s", taken / PLAN, 1.0)
    each = transition_seconds(200)
    yield Row(
        "a transition in the journal, on disk",
        f"{each * 1000:.2f} ms",
        f"{TRANSITION * 1000:.0f} ms",
        each / TRANSITION,
        1.0,
    )


def _rules() -> Iterator[Row]:
    (stack,) = _declared(PROGRAM, (f"of-{COPIES[0]}",))
    taken = rule_seconds(stack, COPIES)
    each = {size: seconds / size * 1e6 for size, seconds in taken.items()}
    for size, microseconds in each.items():
        yield Row(
            f"all rules over {size:,} resources, for each",
            f"{microseconds:.0f} us",
            f"{RULES_PER_RESOURCE} us",
            microseconds / RULES_PER_RESOURCE,
            1.0,
        )
    yield Row(
        "all rules for each of 10,000 resources",
        f"{each[COPIES[-1]]:.0f} us",
        f"for each of 100: {each[COPIES[0]]:.0f} us",
        each[COPIES[-1]] / each[COPIES[0]],
        2.0,
    )


def _size(largest: Mapping[str, float]) -> Iterator[Row]:
    for what, mebibytes in largest.items():
        yield Row(
            f"largest process, {what}",
            f"{mebibytes:.0f} MiB",
            f"{LARGEST_PROCESS} MiB",
            mebibytes / LARGEST_PROCESS,
            1.0,
        )


if __name__ == "__main__":
    sys.exit(main())
