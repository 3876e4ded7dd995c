"""The pipelines of docs/ci.md: their YAML is parsed, held to what the page says, and run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from hubwarden_cli.outputs import Format

ROOT = Path(__file__).parents[2]
COMMAND = Path(sysconfig.get_path("scripts")) / "hubwarden"
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
EXAMPLES = {
    Path(re.sub(r"^# ", "", block.splitlines()[0])).name: yaml.safe_load(block)
    for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
}
GITHUB = EXAMPLES["hubwarden.yaml"]
AZURE = EXAMPLES["azure-pipelines.yaml"]
TEMPLATES = EXAMPLES["templates.yaml"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

# What needs an index; each line of the page is this or is run below.
INSTALLS = re.compile(r"set -eu|rm -rf \S+|python -m venv \S+|\S+/pip\"? install .*")


def steps(pipeline: Any) -> list[dict[str, Any]]:
    jobs = pipeline["jobs"]
    listed = jobs.values() if isinstance(jobs, dict) else jobs
    return [step for job in listed for step in job["steps"]]


def scripts(pipeline: Any) -> Iterator[str]:
    for step in steps(pipeline):
        if script := step.get("run") or step.get("bash"):
            yield script


def runnable(pipeline: Any) -> list[str]:
    """The scripts that need no index."""
    return [
        script
        for script in scripts(pipeline)
        if not all(INSTALLS.fullmatch(line) for line in script.strip().splitlines())
    ]


def run(script: str, cwd: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=cwd,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture
def tool() -> Callable[[Path], None]:
    """Puts hubwarden where a pipeline has installed it."""

    def install(folder: Path) -> None:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "hubwarden").symlink_to(COMMAND)

    return install


def test_every_example_is_there() -> None:
    assert list(EXAMPLES) == [
        "hubwarden.yaml", "azure-pipelines.yaml", "templates.yaml", ".pre-commit-config.yaml",
    ]  # fmt: skip


def test_the_job_that_runs_the_program_may_read_only() -> None:
    assert GITHUB["permissions"] == {}
    assert GITHUB["jobs"]["check"]["permissions"] == {"contents": "read"}
    upload = GITHUB["jobs"]["upload"]
    assert upload["permissions"]["security-events"] == "write"
    assert not any("run" in step for step in upload["steps"])


ALL = pytest.mark.parametrize(
    "pipeline", [GITHUB, AZURE, TEMPLATES], ids=["github", "azure", "templates"]
)


@ALL
def test_no_checkout_keeps_a_credential(pipeline: Any) -> None:
    checkouts = [s for s in steps(pipeline) if "checkout" in f"{s.get('uses')} {s.keys()}"]
    assert checkouts
    for step in checkouts:
        kept = step.get("with", {}).get("persist-credentials", step.get("persistCredentials"))
        assert kept is False


@ALL
def test_nothing_signs_in_and_nothing_is_secret(pipeline: Any) -> None:
    text = json.dumps(pipeline, default=str).lower()
    for word in ("secrets.", "id-token", "login", "azuresubscription", "accesstoken", "pulumi up"):
        assert word not in text


@pytest.mark.parametrize("pipeline", [GITHUB, AZURE], ids=["github", "azure"])
def test_nothing_of_the_change_runs_while_it_is_installed(pipeline: Any) -> None:
    installs = [line for s in scripts(pipeline) for line in s.splitlines() if "/pip" in line]
    assert len(installs) == 2
    for line in installs:
        assert "--require-hashes" in line or "--only-binary :all:" in line
        assert ("base/" in line) == ("--require-hashes" in line)


def test_github_actions(
    tmp_path: Path,
    environ: dict[str, str],
    copied: Callable[[str], Path],
    tool: Callable[[Path], None],
) -> None:
    change = copied("examples/leaky").rename(tmp_path / "change")
    shutil.copytree(change, tmp_path / "base")
    tool(tmp_path / "tool")
    summary = tmp_path / "summary.md"
    (script,) = runnable(GITHUB)
    done = run(
        script,
        change,
        environ | {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error title=")
    assert "file=__main__.py" in done.stdout
    assert summary.read_text(encoding="utf-8").startswith("## hubwarden: ")
    files = [step["with"]["path"] for step in steps(GITHUB) if "upload-art" in step.get("uses", "")]
    (sarif,) = (json.loads((tmp_path / file).read_text(encoding="utf-8")) for file in files)
    assert sarif["runs"][0]["results"]


def test_templates_without_a_program(
    tmp_path: Path, environ: dict[str, str], tool: Callable[[Path], None]
) -> None:
    for name in ("change", "base"):
        (tmp_path / name / "templates").mkdir(parents=True)
        shutil.copy(ROOT / "tests/examples/files/main.json", tmp_path / name / "templates")
    (tmp_path / "change" / "hubwarden.toml").write_text('[check]\nleave_out = ["*"]\n')
    tool(tmp_path / "tool")
    (script,) = runnable(TEMPLATES)
    done = run(script, tmp_path / "change", environ | {"CI": "true", "GITHUB_ACTIONS": "true"})
    assert done.returncode == 1, done.stderr
    assert "file=templates/main.json" in done.stdout.splitlines()[0]
    assert TEMPLATES["jobs"]["check"]["permissions"] == {"contents": "read"}


def test_azure_pipelines(
    tmp_path: Path,
    environ: dict[str, str],
    copied: Callable[[str], Path],
    tool: Callable[[Path], None],
) -> None:
    origin = copied("examples/leaky")
    signed = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    for command in (["init", "-b", "release/1"], ["add", "."], [*signed, "commit", "-m", "x"]):
        subprocess.run(["git", *command], cwd=origin, capture_output=True, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", origin, clone], capture_output=True, check=True)
    for folder in ("temporary", "staging"):
        (tmp_path / folder).mkdir()
    tool(tmp_path / "temporary" / "tool")
    variables = environ | {
        "CI": "true",
        "TF_BUILD": "True",
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/release/1",
        "AGENT_TEMPDIRECTORY": str(tmp_path / "temporary"),
        "BUILD_ARTIFACTSTAGINGDIRECTORY": str(tmp_path / "staging"),
    }
    base, check = runnable(AZURE)
    done = run(base, clone, variables)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "temporary" / "base" / "Pulumi.yaml").is_file()
    done = run(check, clone, variables)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("##vso[task.logissue type=error;sourcepath=__main__.py;")
    published = {
        Path(step.get("publish") or step["inputs"]["testResultsFiles"]).name
        for step in steps(AZURE)
        if "publish" in f"{step}".lower()
    }
    assert published == {file.name for file in (tmp_path / "staging").iterdir()}
    assert json.loads((tmp_path / "staging" / "hubwarden.sarif").read_text(encoding="utf-8"))
    assert len(ET.parse(tmp_path / "staging" / "hubwarden.xml").getroot()) == 1


def test_the_base_decides_in_both(
    tmp_path: Path,
    environ: dict[str, str],
    copied: Callable[[str], Path],
    tool: Callable[[Path], None],
) -> None:
    """A change that switches every rule off is judged as if it had not."""
    change = copied("examples/leaky").rename(tmp_path / "change")
    shutil.copytree(change, tmp_path / "base")
    (change / "policy.dev.json").write_text('{"all": "disabled"}')
    tool(tmp_path / "tool")
    (script,) = runnable(GITHUB)
    done = run(script, change, environ | {"GITHUB_ACTIONS": "true"})
    assert done.returncode == 1, done.stderr
    without = re.sub(r"--policy-from \S+", "", script)
    assert run(without, change, environ).returncode == 0


def test_the_hook_is_the_one_that_the_page_names(hubwarden: Callable[..., Any]) -> None:
    (hook,) = HOOKS
    (repository,) = EXAMPLES[".pre-commit-config.yaml"]["repos"]
    assert [one["id"] for one in repository["hooks"]] == [hook["id"]]
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    command, *arguments = hook["entry"].split()
    assert command == COMMAND.name
    assert hubwarden(*arguments, cwd=ROOT / "tests" / "examples" / "leaky").returncode == 1


@pytest.mark.parametrize(
    ("file", "wakes"),
    [
        ("Pulumi.yaml", True),
        ("stacks/Pulumi.prod.yml", True),
        ("infra/__main__.py", True),
        ("stacks/waivers.toml", True),
        ("stacks/baseline.json", True),
        ("stacks/policy.dev.json", True),
        ("hubwarden.toml", True),
        ("README.md", False),
        ("package.json", False),
        ("MyPulumi.yaml", False),
    ],
)
def test_the_hook_wakes_for_what_is_judged(file: str, wakes: bool) -> None:
    assert bool(re.search(HOOKS[0]["files"], file)) == wakes


def test_the_page_lists_every_format() -> None:
    table = PAGE.split("|---|---|\n")[1].split("\n\n")[0]
    listed = re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\|([^|]*)\|", table, re.MULTILINE)))
    assert listed == [str(one) for one in Format]
