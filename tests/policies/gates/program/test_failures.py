"""A program that fails is answered with one sentence, its place, and a way out."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubwarden_policies.gates.collected import InputError
from hubwarden_policies.gates.program.failures import failed
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.gates.program.running.launch import Job, Launched, Run
from hubwarden_policies.gates.program.running.recording import Mode

MODES: tuple[Mode, ...] = ("preview", "canary")
GROUP = 'pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})'


def error_of(folder: Path, program: str, *, timeout: float = 30.0) -> InputError | None:
    """What is said of this program, as its preview ends, else as its canary run does."""
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    project = read_project(folder)
    job = Job(
        root=project.folder,
        main=project.main,
        project=project.name,
        runs=[Run("dev", mode, {"plant:lines": "seven"}) for mode in MODES],
        python=Path(sys.executable),
        environ=os.environ,
        timeout=timeout,
    )
    with Launched(job) as launched:
        ended = {ran.run.mode: ran for ran in launched.results()}
    return failed(ended["preview"], project, timeout=timeout, preview_passed=False) or failed(
        ended["canary"], project, timeout=timeout, preview_passed=True
    )


@dataclass(frozen=True)
class Case:
    """A program, the kind of its failure, what the sentence names, the line that it points at."""

    program: str
    kind: str
    says: tuple[str, ...]
    line: int | None


RAISING = "(_):\n    raise RuntimeError('no price\\nfor steel')\n"
CASES = {
    "raises": Case(
        "import pulumi\nprices = {}\npulumi.export('price', prices['steel'])\n",
        "exception",
        ("KeyError", "steel"),
        3,
    ),
    "raises in a callback": Case(
        f"import pulumi\ndef price{RAISING}pulumi.Output.from_input(1).apply(price)\n",
        "exception",
        ("RuntimeError: no price …",),
        3,
    ),
    "raises in a callback that the SDK awaits": Case(
        f"import pulumi\nasync def price{RAISING}"
        "pulumi.export('price', pulumi.Output.from_input(1).apply(price))\n",
        "exception",
        ("RuntimeError: no price …",),
        3,
    ),
    "raises in a task that nobody awaits": Case(
        f"import asyncio\nasync def price{RAISING}asyncio.ensure_future(price(1))\n",
        "exception",
        ("RuntimeError: no price …",),
        3,
    ),
    "has a thread that dies": Case(
        f"import threading\ndef price{RAISING}threading.Thread(target=price, args=[1]).start()\n",
        "thread",
        ("RuntimeError: no price …",),
        3,
    ),
    "has a syntax error": Case("import pulumi\nprices = {\n", "syntax", ("never closed",), 2),
    "lacks a package": Case(
        "import pulumi\nimport steel_prices.today\n",
        "missing-package",
        ("steel_prices,", "virtualenv: .venv"),
        2,
    ),
    "lacks a module of a package that is there": Case(
        "import pulumi\nimport pulumi.steel_prices\n", "exception", ("pulumi.steel_prices",), 2
    ),
    "lacks a configuration value": Case(
        "import pulumi\npulumi.Config().require('price')\n",
        "missing-config",
        ("plant:price", "Pulumi.dev.yaml", "[check.config]"),
        2,
    ),
    "has a configuration value of another type": Case(
        "import pulumi\npulumi.Config().require_int('lines')\n",
        "bad-config",
        ("plant:lines", "int"),
        2,
    ),
    "leaves early": Case("import sys\nsys.exit(0)\n", "exit", ("sys.exit(0)",), 2),
    "leaves hard": Case("import os\nos._exit(0)\n", "incomplete", ("os._exit",), None),
    "declares a name twice": Case(
        f"import pulumi\n{GROUP}\n{GROUP}\n", "refused", ("'plant'", "a name of its own"), 3
    ),
    "has a transform that raises": Case(
        f"import pulumi\ndef price{RAISING}"
        f"pulumi.runtime.register_resource_transform(price)\n{GROUP}\n",
        "refused",
        ("a transform of it raised", "no price"),
        3,
    ),
    "wants a network": Case(
        "import urllib.request\nurllib.request.urlopen('http://prices.invalid/steel')\n",
        "exception",
        ("network is off", "prices.invalid", "[check]"),
        2,
    ),
    "raises on what is made up": Case(
        f"import pulumi\nNAMES = {{}}\ngroup = {GROUP}\n"
        "pulumi.export('name', group.id.apply(lambda text: NAMES[text]))\n",
        "made-up-value",
        ("KeyError", "hubwarden.toml", "ResourceGroup", "--no-canary"),
        4,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_failure_has_its_sentence_and_its_place(case: Case, tmp_path: Path) -> None:
    error = error_of(tmp_path, case.program)
    assert error is not None
    assert error.kind == case.kind, error
    assert error.exit_code == 4
    for words in case.says:
        assert words in error.message
    assert "\n" not in error.message
    if case.line is not None:
        assert error.location is not None
        assert (error.location.file, error.location.line) == ("__main__.py", case.line)


def test_the_traceback_is_the_users_own(tmp_path: Path) -> None:
    error = error_of(tmp_path, CASES["raises in a callback"].program)
    assert error is not None
    text = "\n".join(error.traceback)
    assert 'File "__main__.py", line 3, in price' in text
    assert "for steel" in text
    assert "site-packages" not in text
    assert "hubwarden_recorder" not in text


def test_a_program_that_does_not_end_is_told_of_the_time_that_it_had(tmp_path: Path) -> None:
    error = error_of(tmp_path, "import time\ntime.sleep(60)\n", timeout=1.0)
    assert error is not None
    assert (error.kind, "1 s" in error.message, "--timeout" in error.message) == (
        "timeout",
        True,
        True,
    )


def test_a_program_that_is_well_has_no_failure(tmp_path: Path) -> None:
    assert error_of(tmp_path, f"import pulumi\n{GROUP}\n") is None
