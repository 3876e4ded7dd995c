"""The budgets of a check of ARM templates: the rules, the whole of it, memory, the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.files import judging_seconds, write_file, write_large
from bench.measure import Command, Row, peak, seconds

_SIZES: Final = (1_000, 10_000)
_RULES_PER_RESOURCE: Final = 150  # microseconds
_GROWTH: Final = 2.0
_OF_CHECKOV: Final = 0.1
_OF_CHECKOV_TOLD: Final = 0.15
_START: Final = 0.3  # seconds
_LARGE: Final = 50 * 1024 * 1024  # bytes
_LARGEST_PROCESS: Final = 1536  # MiB


def file_rows(
    scratch: Path,
    environ: Mapping[str, str],
    *,
    check: Sequence[str | Path],
    checkov: Callable[..., Command],
) -> Iterator[Row]:
    """What checks of templates take; they are written to `scratch`.

    `check` are the words of a check without advice, `checkov` makes a command of its arguments.
    """

    def ours(file: Path) -> Command:
        return Command((*check, "--quiet", "--format", "json", file), scratch, codes=(0, 1))

    files = {size: write_file(scratch / f"{size}.json", size) for size in _SIZES}
    few, many = (files[size] for size in _SIZES)
    one = {"one": ours(write_file(scratch / "one.json", 1))}
    taken = seconds(one, runs=5, environ=environ)
    # A minute of Checkov's is enough of it.
    for file, runs in ((few, 3), (many, 1)):
        # `hubwarden check` finds out by itself what a file is; so does Checkov, if nobody tells it.
        pair = {
            file.stem: ours(file),
            f"{file.stem} checkov": checkov("--file", file, framework=None),
            f"{file.stem} told": checkov("--file", file),
        }
        taken |= seconds(pair, runs=runs, environ=environ)
    yield from _rules(few, many)
    for size, file in files.items():
        mine, what = taken[file.stem], f"check of {size:,} ARM resources"
        for how, words, budget in (
            ("checkov", "Checkov {:.2f} s", _OF_CHECKOV),
            ("told", "told the framework {:.2f} s", _OF_CHECKOV_TOLD),
        ):
            theirs = taken[f"{file.stem} {how}"]
            yield Row(what, f"{mine:.2f} s", words.format(theirs), mine / theirs, budget)
    yield Row(
        "check of one ARM resource",
        f"{taken['one']:.2f} s",
        f"{_START} s",
        taken["one"] / _START,
        1.0,
    )
    held = peak(ours(write_large(scratch / "large.json", _LARGE)), environ)
    yield Row(
        "largest process, a template of 50 MiB",
        f"{held:.0f} MiB",
        f"{_LARGEST_PROCESS} MiB",
        held / _LARGEST_PROCESS,
        1.0,
    )


def _rules(few: Path, many: Path) -> Iterator[Row]:
    taken = judging_seconds([few, many])
    early, late = (taken[file] / size * 1e6 for file, size in zip((few, many), _SIZES, strict=True))
    yield Row(
        f"all rules for each of {_SIZES[1]:,} ARM resources",
        f"{late:.0f} us",
        f"{_RULES_PER_RESOURCE} us",
        late / _RULES_PER_RESOURCE,
        1.0,
    )
    yield Row(
        f"all rules for each of {_SIZES[1]:,} of ARM",
        f"{late:.0f} us",
        f"for each of {_SIZES[0]:,}: {early:.0f} us",
        late / early,
        _GROWTH,
    )
