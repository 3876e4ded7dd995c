"""`init`: what it brings to somebody else's project, and what it leaves alone."""

from __future__ import annotations

import ast
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from hubwarden_policies.levels import read_levels
from hubwarden_policies.settings_file import read_settings

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("hubwarden")
IMPORT = "from hubwarden_policies.gates.guard import guard"
ADDED = {
    ".envrc",
    ".github/workflows/hubwarden.yaml",
    ".pre-commit-config.yaml",
    "hubwarden-policies/.gitignore",
    "hubwarden-policies/PulumiPolicy.yaml",
    "hubwarden-policies/__main__.py",
    "hubwarden.toml",
    "mise.toml",
    "policy.dev.json",
    "requirements-hubwarden.txt",
}


@pytest.fixture
def project(copied: Callable[[str], Path]) -> Path:
    """Somebody else's, which has never heard of hubwarden."""
    return copied("examples/leaky")


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_adds_everything_once(hubwarden: Hubwarden, project: Path) -> None:
    before = contents(project)
    done = hubwarden("init", "--yes", cwd=project)
    assert done.returncode == 0, done.stderr
    after = contents(project)
    assert after.keys() - before.keys() == ADDED
    assert {name for name in before if before[name] != after[name]} == {"__main__.py"}
    for name in (*ADDED, "__main__.py"):
        assert f"+++ {name}\n" in done.stdout
    again = hubwarden("init", "--yes", cwd=project)
    assert (again.returncode, again.stdout) == (0, "everything that can be added is there\n")
    assert contents(project) == after


def test_the_diff_is_what_is_written(hubwarden: Hubwarden, project: Path, tmp_path: Path) -> None:
    shown = hubwarden("init", "--yes", cwd=project).stdout.partition("\nwhat is left")[0]
    other = tmp_path / "patched"
    other.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py"):
        source = ROOT / "tests/examples/leaky" / name
        (other / name).write_bytes(source.read_bytes())
    subprocess.run(
        ["git", "apply", "-p0", "-"],
        cwd=other,
        input=shown,
        text=True,
        check=True,
    )
    assert contents(other) == contents(project)


def test_what_is_added_can_be_read(hubwarden: Hubwarden, project: Path) -> None:
    hubwarden("init", "--yes", cwd=project)
    pack = yaml.safe_load((project / "hubwarden-policies/PulumiPolicy.yaml").read_text())
    assert pack["runtime"]["options"]["virtualenv"] == ".venv"
    source = (project / "hubwarden-policies/__main__.py").read_text()
    assert source.splitlines() == [
        "from hubwarden_policies.gates.pack import serve",
        "",
        "serve()",
    ]
    assert read_levels(project / "policy.dev.json", "") == {"undecided": "advisory"}
    assert read_settings(project).devices is None
    text = (project / "hubwarden.toml").read_text()
    (project / "hubwarden.toml").write_text(
        re.sub(r"^# (?=\[|\w+(-\w+)* = )", "", text, flags=re.MULTILINE)
    )
    settings = read_settings(project)
    assert (settings.devices, settings.levels) == ("private", {"hub-old-tls": "advisory"})
    (hook,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert hook["entry"] == "hubwarden-policies/.venv/bin/hubwarden check --quiet"


@pytest.mark.parametrize(
    ("ci", "name"),
    [
        ("github", ".github/workflows/hubwarden.yaml"),
        ("azure", "azure-pipelines-hubwarden.yaml"),
    ],
)
def test_the_example_is_the_one_in_the_docs(
    hubwarden: Hubwarden, project: Path, ci: str, name: str
) -> None:
    hubwarden("init", "--yes", "--ci", ci, cwd=project)
    text = (project / name).read_text(encoding="utf-8")
    assert f"```yaml\n{text}```" in (ROOT / "docs/ci.md").read_text(encoding="utf-8")


def test_a_project_in_a_part_of_the_checkout(
    hubwarden: Hubwarden, project: Path, tmp_path: Path
) -> None:
    """Hook and CI are the checkout's; the rest is the project's."""
    (tmp_path / ".git").mkdir()
    declared = project / "Pulumi.yaml"
    declared.write_text(
        declared.read_text().replace("python", "{name: python, options: {virtualenv: own}}")
    )
    done = hubwarden("init", "--yes", "leaky", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    workflow = (tmp_path / ".github/workflows/hubwarden.yaml").read_text()
    for words in (
        "hubwarden check leaky --policy-from",
        "base/leaky/requirements-hubwarden.txt",
        "python -m venv change/leaky/own",
        "change/leaky/requirements.txt",
    ):
        assert words in workflow
    (hook,) = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"][0][
        "hooks"
    ]
    assert hook["entry"] == "leaky/hubwarden-policies/.venv/bin/hubwarden check --quiet leaky"
    assert (project / ".envrc").is_file()


def test_nothing_without_a_yes(hubwarden: Hubwarden, project: Path) -> None:
    before = contents(project)
    done = hubwarden("init", cwd=project)
    assert done.returncode == 2
    assert "+++ hubwarden.toml" in done.stdout
    assert done.stderr == "error: Nothing was written; say --yes where nobody can be asked.\n"
    assert contents(project) == before


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_asks_a_person(project: Path, environ: dict[str, str], answer: str, code: int) -> None:
    before = contents(project)
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(
        [COMMAND, "init"], cwd=project, env=environ, stdin=theirs, capture_output=True, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert b"Write these 11 files? [y/N]" in done.stdout
    assert done.returncode == code
    assert (contents(project) == before) is (answer == "n")


def test_overwrites_nothing(hubwarden: Hubwarden, project: Path) -> None:
    own = {
        ".envrc": "export TOKEN=x\n",
        "mise.toml": "[tools]\n",
        ".pre-commit-config.yaml": "repos: []\n",
        "hubwarden.toml": 'devices = "internet"\n',
        "policy.dev.json": "{}",
    }
    for name, text in own.items():
        (project / name).write_text(text)
    first, second = (hubwarden("init", "--yes", cwd=project) for _ in range(2))
    for name, text in own.items():
        assert (project / name).read_text() == text
    for done in (first, second):
        assert ".envrc: it is there, and not to be overwritten: add\n" in done.stdout
        assert 'export PULUMI_OPTION_POLICY_PACK="$PWD/hubwarden-policies"' in done.stdout
        assert "- id: hubwarden" in done.stdout
        assert "TOKEN" not in done.stdout
    assert "everything that can be added is there" in second.stdout


def test_a_pack_of_another_name_stays_the_pack(hubwarden: Hubwarden, project: Path) -> None:
    pack = project / "policies"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (pack / "__main__.py").write_text("import hubwarden_policies.gates.pack as p; p.serve()\n")
    hubwarden("init", "--yes", cwd=project)
    assert not (project / "hubwarden-policies").exists()
    assert '"$PWD/policies"' in (project / ".envrc").read_text()


@pytest.mark.parametrize(
    ("program", "above"),
    [
        ("import pulumi\nimport os\n\npulumi.export('a', 1)\n", "import os"),
        ("'''Doc.'''\nfrom __future__ import annotations\nimport pulumi", "import pulumi"),
        ("import pulumi\r\npulumi.export('a', 1)\r\n", "import pulumi"),
        ("from pulumi import (\n    export,\n    Config,\n)\nexport('a', 1)\n", ")"),
        (
            "import pulumi\n\ndef t(a): ...\npulumi.runtime.register_resource_transform(t)\n",
            "pulumi.runtime.register_resource_transform(t)",
        ),
        (
            "import pulumi\npulumi.runtime.register_stack_transformation(\n    len,\n)\nx = 1\n",
            ")",
        ),
    ],
)
def test_where_the_guard_stands(
    hubwarden: Hubwarden, project: Path, program: str, above: str
) -> None:
    main = project / "__main__.py"
    main.write_bytes(program.encode())
    main.chmod(0o750)
    assert hubwarden("init", "--yes", cwd=project).returncode == 0
    written = main.read_bytes().decode()
    ast.parse(written)
    lines = written.splitlines()
    at = lines.index(IMPORT)
    assert lines[at - 1] == above
    assert lines[at + 1 : at + 3] == ["", "guard()"]
    assert ("\r\n" in program) == ("\r\n" in written)
    assert not re.search(r"(?<!\r)\n", written) or "\r" not in program
    assert main.stat().st_mode & 0o777 == 0o750
    kept = [line for line in lines if line not in (IMPORT, "guard()", "")]
    assert kept == [line for line in program.splitlines() if line]


@pytest.mark.parametrize(
    "program",
    [
        b"print('no import')\n",
        b"import pulumi; pulumi.export('a', 1)\n",
        b"import pulumi\nthis is no Python\n",
        b"# \xff\nimport pulumi\n",
        b"import pulumi\ndef main():\n    pulumi.runtime.register_resource_transform(f)\n",
    ],
)
def test_a_program_that_cannot_be_edited(
    hubwarden: Hubwarden, project: Path, program: bytes
) -> None:
    main = project / "__main__.py"
    main.write_bytes(program)
    done = hubwarden("init", "--yes", cwd=project)
    assert done.returncode == 0, done.stderr
    assert main.read_bytes() == program
    assert f"    {IMPORT}\n    guard()\n" in done.stdout


def test_a_credential_beside_the_guard_is_not_shown(hubwarden: Hubwarden, project: Path) -> None:
    key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I="
    line = "import pulumi\nkey = 'HostName=a.azure-devices.net;Shared" + f"AccessKey={key}'\n"
    (project / "__main__.py").write_text(line)  # planted
    done = hubwarden("init", cwd=project)
    assert f"+{IMPORT}" in done.stdout
    assert key not in done.stdout


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("Pulumi.yaml", None, "There is no Pulumi.yaml in "),
        ("Pulumi.yaml", "name: a\nruntime: go\n", "only programs in Python can be checked"),
        ("hubwarden-policies", "", "hubwarden-policies/PulumiPolicy.yaml cannot be written: "),
    ],
)
def test_what_stops_it_is_one_sentence(
    hubwarden: Hubwarden, project: Path, file: str, text: str | None, sentence: str
) -> None:
    if text is None:
        (project / file).unlink()
    else:
        (project / file).write_text(text)
    done = hubwarden("init", "--yes", cwd=project)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert sentence in done.stderr


def test_the_doctor_is_content_with_what_is_added(hubwarden: Hubwarden, project: Path) -> None:
    hubwarden("init", "--yes", cwd=project)
    shown = hubwarden("doctor", cwd=project).stdout
    assert ".envrc sets PULUMI_OPTION_POLICY_PACK, but was not loaded" in " ".join(shown.split())
    assert re.search(r"^ok +guard ", shown, re.MULTILINE)
    assert re.search(r"^ok +settings ", shown, re.MULTILINE)


@pytest.mark.parametrize("name", [".envrc", "mise.toml"])
def test_the_shipped_project_has_what_a_new_one_gets(
    hubwarden: Hubwarden, project: Path, name: str
) -> None:
    hubwarden("init", "--yes", cwd=project)
    theirs = (project / name).read_text().replace("hubwarden-policies", "policies")
    assert (ROOT / name).read_text() == theirs
