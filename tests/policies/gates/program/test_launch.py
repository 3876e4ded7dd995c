"""What surrounds a run: its environment, its end, and that nothing of it is left."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest

from hubwarden_policies.gates.program.running import launch
from hubwarden_policies.gates.program.running.launch import Job, Launched, Ran, Run

# planted
CREDENTIAL = "planted-" + "client-secret"


def project(folder: Path, program: str) -> Path:
    (folder / "__main__.py").write_text(program)
    return folder


def run(folder: Path, **changes: Any) -> Ran:
    """One preview of the program in this folder."""
    (ran,) = ended(job(folder, **changes))
    return ran


def job(folder: Path, **changes: Any) -> Job:
    """What is needed to run the program in this folder."""
    values: dict[str, Any] = {
        "root": folder,
        "main": folder,
        "project": "launched",
        "runs": [Run("dev", "preview", {})],
        "python": Path(sys.executable),
        "environ": os.environ,
        "timeout": 30.0,
    }
    return Job(**{**values, **changes})


def ended(job: Job) -> list[Ran]:
    """All runs of a job, as they ended."""
    with Launched(job) as launched:
        return list(launched.results())


def exports(ran: Ran) -> dict[str, object]:
    assert ran.recording is not None
    assert ran.recording.error is None
    return dict(ran.recording.exports)


def test_the_program_gets_no_credential_of_the_callers(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        "import os, pulumi\n"
        'pulumi.export("names", sorted(os.environ))\n'
        'pulumi.export("home", os.path.expanduser("~"))\n',
    )
    environ = {
        **os.environ,
        "ARM_CLIENT_SECRET": CREDENTIAL,
        "PULUMI_ACCESS_TOKEN": CREDENTIAL,
        "REGION": "westeurope",
        "OTHER": "x",
        "PYTHONPATH": str(tmp_path),
        "PYTHONHASHSEED": "7",
    }
    found = exports(run(folder, environ=environ, passed=["REGION"]))
    names = found["names"]
    assert isinstance(names, list)
    assert {"REGION", "PATH", "PYTHONHASHSEED"} <= set(names)
    hidden = {"ARM_CLIENT_SECRET", "PULUMI_ACCESS_TOKEN", "OTHER", "PYTHONPATH"}
    assert not hidden & set(names)
    assert found["home"] != os.path.expanduser("~")  # noqa: PTH111 (as the program asks)


def test_what_the_program_prints_stays_in_the_recording(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = project(
        tmp_path, 'import os\nprint("from print")\nos.write(1, b"from the descriptor\\n")\n'
    )
    ran = run(folder)
    assert capfd.readouterr() == ("", "")
    assert ran.recording is not None
    said = "".join(sink.text for sink in ran.recording.sinks if sink.sink == "stdout")
    assert "from print" in said
    assert "from the descriptor" in said


def test_a_run_that_does_not_end_is_ended(tmp_path: Path) -> None:
    ran = run(project(tmp_path, "import time\ntime.sleep(60)\n"), timeout=1.0)
    assert ran.status == "timeout"
    assert ran.recording is None


def test_a_run_that_leaves_no_recording_died(tmp_path: Path) -> None:
    assert run(project(tmp_path, "import os\nos._exit(0)\n")).status == "died"


def test_one_run_does_not_disturb_another(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        "import os, pulumi\n"
        'if pulumi.get_stack() == "bad":\n'
        "    os._exit(0)\n"
        'pulumi.export("stack", pulumi.get_stack())\n',
    )
    runs = [Run(name, "preview", {}) for name in ("bad", "good")]
    found = {ran.run.stack: ran for ran in ended(job(folder, runs=runs))}
    assert found["bad"].status == "died"
    assert exports(found["good"]) == {"stack": "good"}


def test_an_interpreter_without_pulumi_is_named(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", symlinks=True)
    ran = run(project(tmp_path, ""), python=tmp_path / "bare/bin/python")
    assert ran.status == "no-sdk"
    assert str(tmp_path / "bare") in ran.reason


def test_an_interpreter_that_is_none_is_named(tmp_path: Path) -> None:
    python = tmp_path / "python"
    ran = run(project(tmp_path, ""), python=python)
    assert (ran.status, str(python) in ran.reason) == ("no-sdk", True)
    python.write_text("#!/bin/sh\necho the interpreter is broken >&2\nexit 1\n")
    python.chmod(0o755)
    ran = run(project(tmp_path, ""), python=python, isolation="best")
    assert ran.status == "no-sdk"
    assert "the interpreter is broken" in ran.reason


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")
def test_where_isolation_breaks_the_program_is_observed_unless_it_is_required(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path, 'import pulumi\npulumi.export("here", True)\n')
    # Ends at its first start, as one does whose isolation breaks half-way.
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ -e {tmp_path}/started ] && exec {sys.executable} "$@"\n'
        f"touch {tmp_path}/started\necho no namespaces >&2\nexit 1\n"
    )
    python.chmod(0o755)
    with Launched(job(folder, python=python, isolation="best")) as launched:
        (ran,) = launched.results()
    assert exports(ran) == {"here": True}
    assert launched.isolation == "observed"
    assert "no namespaces" in launched.notes[0]
    (tmp_path / "started").unlink()
    assert run(folder, python=python, isolation="required").status == "isolation"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in Linux's /proc")
@pytest.mark.parametrize("patient", [True, False])
def test_what_a_run_started_ends_with_it(tmp_path: Path, patient: bool) -> None:
    word = tmp_path.name
    folder = project(
        tmp_path,
        "import subprocess, sys, time\n"
        f'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "{word}"])\n'
        f"time.sleep({0 if patient else 60})\n",
    )
    with Launched(job(folder, isolation="observe")) as launched:
        if patient:
            (ran,) = launched.results()
            assert ran.status == "ok"
        else:
            assert within_seconds(lambda: processes(word))
    assert within_seconds(lambda: not processes(word))


def processes(word: str) -> list[str]:
    """Those that have this word as an argument."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if word in file.read_bytes().decode().split("\0"):
                found.append(file.parent.name)
    return found


def within_seconds(condition: Callable[[], object]) -> bool:
    """Whether it comes true before long."""
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_where_nothing_can_be_forked_each_run_has_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "_FORKS", False)
    folder = project(
        tmp_path,
        "import os, pulumi, time\n"
        'if pulumi.get_stack() == "slow":\n'
        "    time.sleep(120)\n"
        'pulumi.export("pid", os.getpid())\n',
    )
    runs = [Run(name, "preview", {}) for name in ("one", "slow", "two")]
    one, slow, two = ended(job(folder, runs=runs, timeout=3.0, isolation="observe"))
    assert slow.status == "timeout"
    assert exports(one)["pid"] != exports(two)["pid"]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = tmp_path / "project"
    folder.mkdir()
    run(project(folder, 'open("left.txt", "w").write("x")\n'))
    assert list(scratch.iterdir()) == []
    assert not (folder / "left.txt").exists()


def test_what_the_environment_names_as_a_place_of_credentials_is_hidden(
    tmp_path: Path, lacking: Callable[[str], NoReturn]
) -> None:
    azure = tmp_path / "azure"
    azure.mkdir()
    (azure / "tokens").write_text(CREDENTIAL)
    folder = tmp_path / "project"
    folder.mkdir()
    project(
        folder,
        f"import os, pulumi\npulumi.export('there', os.path.exists({str(azure / 'tokens')!r}))\n",
    )
    assert exports(run(folder, isolation="observe"))["there"] is True
    ran = run(folder, isolation="required", environ={**os.environ, "AZURE_CONFIG_DIR": str(azure)})
    if ran.status == "isolation":
        lacking(ran.reason)
    assert exports(ran)["there"] is False
