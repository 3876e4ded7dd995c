"""Stock Checkov on somebody's files: run apart from everything, and believed where it is proven."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import Any, Final

from hubwarden_policies.advice import Advice
from hubwarden_policies.advice_table import CHECKOV
from hubwarden_policies.gates.stock_checkov import beside, kept_back, modules, opinions, proof
from hubwarden_policies.gates.stock_checkov.fault import Fault, LeftOut, Unusable
from hubwarden_policies.gates.stock_checkov.frameworks import Framework
from hubwarden_policies.gates.stock_checkov.inputs import Inputs, find
from hubwarden_policies.gates.stock_checkov.readers import arm, bicep, terraform
from hubwarden_policies.gates.stock_checkov.readers.declared import Reader, Reading
from hubwarden_policies.gates.stock_checkov.run import Answer, Asked, Run
from hubwarden_policies.gates.stock_checkov.stage import Stage, stage
from hubwarden_policies.gates.stock_checkov.wish import Judged, Outcome, Wish

READERS: Final[Mapping[Framework, Reader]] = {
    "arm": arm.read,
    "bicep": bicep.read,
    "terraform": terraform.read_hcl,
    "terraform_json": terraform.read_json,
    "terraform_plan": terraform.read_plan,
}


def pack() -> Path | None:
    """The folder of hubwarden's rules as Checkov's checks, None where it is not installed."""
    folder = Path(__file__).parents[3] / "checkov_pack"
    return folder if (folder / "__init__.py").is_file() else None


def judge(
    wish: Wish, environ: Mapping[str, str], readers: Mapping[Framework, Reader] = READERS
) -> Outcome:
    """Run Checkov on all of it. Raises `Unusable` where the wish cannot be fulfilled."""
    inputs = find(wish.folders, wish.files, wish.skip_paths)
    wanted = [f for f in wish.frameworks if any(one.kind == f for one in inputs.files)]
    scratch = Path(tempfile.mkdtemp(prefix="hubwarden-")).resolve()
    try:
        with ExitStack() as running:
            asked = _asked(wish, scratch)
            stages = [stage(f, inputs.files, scratch / f / "stage") for f in wanted]
            # All at once: most of their time is spent in starting.
            runs = [
                running.enter_context(Run(one, scratch / one.framework, environ, asked))
                for one in stages
            ]
            answers = [run.answer() for run in runs]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _outcome(wish, inputs, list(zip(stages, answers, strict=True)), asked, readers)


def _asked(wish: Wish, scratch: Path) -> Asked:
    variables = []
    for number, file in enumerate(wish.var_files):
        try:
            data = file.read_bytes()
        except OSError:
            raise Unusable(f"There is no file {file}; name one after --var-file.") from None
        copied = scratch / "variables" / str(number) / file.name
        copied.parent.mkdir(parents=True)
        copied.write_bytes(data)
        variables.append(copied)
    ours = pack()
    external = [*([ours] if ours else []), *(folder.resolve() for folder in wish.external)]
    return Asked(external, variables, wish.timeout)


def _outcome(
    wish: Wish,
    inputs: Inputs,
    runs: Sequence[tuple[Stage, Answer]],
    asked: Asked,
    readers: Mapping[Framework, Reader],
) -> Outcome:
    faults = [
        *inputs.faults,
        *beside.unread_values(inputs.files, wish.var_files),
        *beside.unnamed_values(wish.files),
        *modules.absent_modules(inputs.files),
    ]
    good = [(one, answer) for one, answer in runs if answer.why is None]
    faults += _silence(runs)
    good = [(one, answer) for one, answer in good if answer.said.get("version")]
    _refuse_unknown(wish, [answer.said for _, answer in good])
    judged: list[Judged] = []
    advice: list[Advice] = []
    left_out = list(inputs.left_out)
    for one, answer in good:
        readings = {p: readers[one.framework](i.text) for p, i in one.inputs.items()}
        ids = [check for check in answer.said["checks"] if wish.wants(check)]
        faults += _faults(one, answer.said, readings, ids)
        faults += kept_back.unloaded_faults(asked.external, answer.said)
        judged.append(_judged(one, answer, readings, len(ids)))
        advice += opinions.advice(one, answer.said, readings, wish.wants)
        left_out += opinions.suppressed(one, answer.said)
        left_out += _harmless(one, readings)
    return Outcome(
        tuple(judged), tuple(advice), tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(left_out))
    )


def _faults(
    one: Stage, said: Mapping[str, Any], readings: Mapping[str, Reading], ids: Sequence[str]
) -> Iterator[Fault]:
    yield from proof.canary_faults(one, said)
    yield from proof.crash_faults(one, said)
    yield from proof.unparsed_faults(one, said)
    for place, reading in readings.items():
        yield from proof.gap_faults(one.inputs[place], reading)
    yield from proof.coverage_faults(one, said, readings)
    yield from kept_back.dropped_faults(one, said, ids)
    yield from kept_back.raised_faults(one, said, ids)


def _silence(runs: Sequence[tuple[Stage, Answer]]) -> Iterator[Fault]:
    for one, answer in runs:
        if answer.why is not None:
            message = (
                f"Checkov did not judge the {one.framework} files: {answer.why}; try fewer files "
                "at once, or leave some out by --skip-path."
            )
            yield Fault("Checkov", "no-answer", message)
        elif not answer.said.get("version"):
            message = (
                "Checkov is not installed here, so nothing was judged; install it with "
                f"`pip install 'hubwarden[checkov]'` (reviewed is {CHECKOV})."
            )
            yield Fault("Checkov", "no-checkov", message)


def _refuse_unknown(wish: Wish, said: Sequence[Mapping[str, Any]]) -> None:
    """An id that no check has would leave out everything, or nothing, without a word."""
    known = set(chain.from_iterable(one["checks"] for one in said))
    for pattern in (*wish.checks, *wish.skip_checks) if said else ():
        if not any(fnmatchcase(check, pattern) for check in known):
            raise Unusable(
                f"No check of Checkov's for these files is called {pattern}; name an id such as "
                "CKV_AZURE_3, or a pattern that one fits."
            )


def _judged(one: Stage, answer: Answer, readings: Mapping[str, Reading], checks: int) -> Judged:
    declared = [resource for reading in readings.values() for resource in reading.resources]
    subjects = (*answer.said["subjects"], *answer.said.get("pack_subjects", ()))
    checked = proof.has_checks(subjects)
    return Judged(
        one.framework,
        len(declared),
        sum(checked(resource.type) for resource in declared),
        checks,
        answer.seconds,
        answer.said.get("held"),
        dict(Counter(r.type for r in declared if not checked(r.type))),
        (answer.note,) if answer.note else (),
    )


def _harmless(one: Stage, readings: Mapping[str, Reading]) -> Iterator[LeftOut]:
    for place, reading in readings.items():
        for gap in reading.gaps:
            if gap.harmless:
                yield LeftOut(one.inputs[place].shown, gap.what, one.framework, gap.line)
