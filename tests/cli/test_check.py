"""`hubwarden check` as a user starts it: what goes where, and what the exit code says."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hubwarden_cli.outputs import Format

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
COMMAND = Path(sysconfig.get_path("scripts")) / "hubwarden"
# All planted.
KEY = "Q2x" + "planted" * 5 + "Zm8v9="
CONNECTION = f"HostName=h.azure-devices.net;SharedAccessKeyName=o;Shared{''}AccessKey={KEY}"
PASSWORD = "hunter2-planted"

PROGRAM = f'''\
import pulumi
from pulumi_azure_native import iothub, resources

group = resources.ResourceGroup("plant", tags={{"link": "{CONNECTION}"}})
password = pulumi.Config().require("dbPassword")
pulumi.log.info("{KEY}")
print("{CONNECTION}")
sku = {{"name": "S1", "capacity": 1}}
iothub.IotHubResource("telemetry", resource_group_name=group.name, sku=sku, tags={{"key": "{KEY}"}})
if pulumi.get_stack() == "prod":
    raise ValueError("{KEY}" + password)
'''


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A project with keys in source, config, log, standard output and a traceback."""
    folder = tmp_path / "planted"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: planted\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    for stack in ("dev", "prod"):
        (folder / f"Pulumi.{stack}.yaml").write_text(
            f"config:\n  planted:link: {CONNECTION}\n  planted:dbPassword: {PASSWORD}\n"
        )
    return folder


@pytest.fixture
def leaky(copied: Callable[[str], Path]) -> Path:
    return copied("examples/leaky")


def test_no_planted_key_comes_out(planted: Path, hubwarden: Hubwarden) -> None:
    forms = [form for form in Format if form is not Format.AUTO]
    asked = [word for form in forms for word in ("--format", form, "--output", f"report.{form}")]
    done = hubwarden("check", *asked, cwd=planted)
    assert done.returncode == 4
    for form in forms:
        report = (planted / f"report.{form}").read_text(encoding="utf-8")
        assert "redacted: " in report
        assert "ValueError" in report
        assert "config-connection-string" in report
        assert "source-connection-string" in report
        for text in (report, done.stdout, done.stderr):
            assert KEY[:20] not in text
            assert PASSWORD not in text


def test_one_run_writes_several_reports(leaky: Path, hubwarden: Hubwarden) -> None:
    files = ("--format", "sarif", "--output", "a.sarif", "--format", "junit", "--output", "a.xml")
    done = hubwarden("check", *files, "--format", "json", cwd=leaky)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    told = [one["rule"] for one in said["findings"]]
    told += [one["check"] for one in said["advice"] if one["verdict"] == "failed"]
    (run,) = json.loads((leaky / "a.sarif").read_text())["runs"]
    assert [one["ruleId"] for one in run["results"]] == told
    cases = ET.fromstring((leaky / "a.xml").read_text()).iter("testcase")
    assert len(list(cases)) == len(told) + 1


def test_exit_zero_forgives_findings_only(leaky: Path, planted: Path, hubwarden: Hubwarden) -> None:
    done = hubwarden("check", "--exit-zero", "--format", "json", "--output", "a", cwd=leaky)
    assert done.returncode == 0
    assert json.loads((leaky / "a").read_text())["summary"]["open"] > 0
    assert hubwarden("check", "--exit-zero", cwd=planted).returncode == 4


def test_a_disk_without_room_is_one_sentence(leaky: Path, hubwarden: Hubwarden) -> None:
    done = hubwarden("check", "--format", "sarif", "--output", "/dev/full", cwd=leaky)
    assert done.returncode == 2
    assert re.fullmatch(r"error: the report could not be written: .*\.\n", done.stderr)


def in_ci(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "check", "--format", "auto"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_github_actions_reads_commands_and_a_summary(leaky: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("of another step\n")
    done = in_ci(leaky, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 1
    assert all(re.match("::(error|warning|notice) ", line) for line in done.stdout.splitlines())
    before, page = summary.read_text(encoding="utf-8").split("\n", 1)
    assert before == "of another step"
    assert page.startswith("## hubwarden: ")


def test_azure_pipelines_reads_commands_and_a_summary(leaky: Path, tmp_path: Path) -> None:
    done = in_ci(leaky, TF_BUILD="True", AGENT_TEMPDIRECTORY=str(tmp_path))
    assert done.returncode == 1
    *issues, upload = done.stdout.splitlines()
    assert all(line.startswith("##vso[task.logissue ") for line in issues)
    command, file = upload.split("]", 1)
    assert command == "##vso[task.uploadsummary"
    assert Path(file).read_text(encoding="utf-8").startswith("## hubwarden: ")


def test_auto_at_a_desk_is_text(leaky: Path) -> None:
    assert in_ci(leaky).stdout.startswith("__main__.py:9:7\n")


def test_json_is_one_object_and_errors_are_on_stderr_too(
    planted: Path, hubwarden: Hubwarden
) -> None:
    done = hubwarden("check", "--format", "json", cwd=planted)
    document = json.loads(done.stdout)
    assert [stack["stack"] for stack in document["stacks"]] == ["dev"]
    (error,) = document["errors"]
    assert (error["input"], error["stack"], error["kind"]) == ("planted", "prod", "exception")
    assert error["location"]["line"] == 11
    assert done.stderr.startswith("error: planted: ")
    assert all(finding["stack"] == "dev" for finding in document["findings"])


def test_one_stack_by_name(planted: Path, hubwarden: Hubwarden) -> None:
    done = hubwarden("check", "--stack", "dev", "--quiet", cwd=planted)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "__main__.py:9:1\n" in done.stdout
    assert "[hub-local-auth]" in done.stdout
    assert "\x1b[" not in done.stdout


def test_what_is_undecided_fails_with_strict_only(hubwarden: Hubwarden) -> None:
    here = ("check", "--stack", "dev", "--no-canary", "--quiet")
    assert hubwarden(*here, cwd=ROOT).returncode == 0
    assert hubwarden(*here, "--strict", cwd=ROOT).returncode == 1


def test_no_canary_leaves_leaks_undecided(leaky: Path, hubwarden: Hubwarden) -> None:
    done = hubwarden("check", "--no-canary", "--format", "json", cwd=leaky)
    statuses = {
        (finding["rule"], finding["status"]) for finding in json.loads(done.stdout)["findings"]
    }
    assert ("credential-leak", "undecided") in statuses
    assert ("credential-in-output", "open") not in statuses


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "sarifff"), "--format"),
        (("--fail-on", "terrible"), "--fail-on"),
        (("--isolation", "none"), "--isolation"),
        (("--timeout", "0"), "--timeout"),
        (("--stak", "dev"), "--stak"),
        (("--output", "missing/report.txt"), "missing/report.txt cannot be written"),
        (("--output", "."), "it is a folder"),
    ],
)
def test_a_wrong_word_is_exit_2_before_the_work(
    leaky: Path, hubwarden: Hubwarden, arguments: tuple[str, ...], said: str
) -> None:
    done = hubwarden("check", *arguments, cwd=leaky)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_enough_is_quiet(leaky: Path) -> None:
    command = f"{shlex.quote(str(COMMAND))} check | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=leaky,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "__main__.py:9:7\n"
    assert done.stderr == ""
    assert done.returncode == 1


def test_ascii_terminals_are_served(leaky: Path) -> None:
    done = subprocess.run(
        [COMMAND, "check"],
        cwd=leaky,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "ascii"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert b"   9 | hub = iothub" in done.stdout


def test_only_a_terminal_hears_what_it_waits_for(leaky: Path) -> None:
    def heard(*arguments: str) -> bytes:
        leader, follower = os.openpty()
        command = [str(COMMAND), "check", "--no-canary", *arguments, "--output", "report"]
        done = subprocess.run(command, cwd=leaky, stderr=follower, timeout=120, check=False)
        assert done.returncode == 1
        os.write(follower, b".")
        said = b""
        while not said.endswith(b"."):
            said += os.read(leader, 1000)
        os.close(follower)
        os.close(leader)
        return said

    assert heard("--quiet") == b"."
    said = heard()
    assert b"checking plant: 0 of 1 stacks" in said
    assert said.endswith(b"\r\x1b[K.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_it_at_once(
    copied: Callable[[str], Path], tmp_path: Path, number: signal.Signals
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    running = subprocess.Popen(
        [COMMAND, "check", "--format", "json", "--output", scratch / "report.json"],
        cwd=copied("corpus/bad_input/never-ends"),
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not list(scratch.glob("hubwarden-*/home")):
        assert time.monotonic() < until
        time.sleep(0.02)
    running.send_signal(number)
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert list(scratch.iterdir()) == []
    assert (stdout, stderr) == ("", "error: interrupted.\n")
