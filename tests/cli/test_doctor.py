"""`doctor`: whether the next deployment from here would be judged, and what it says of secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from hubwarden_policies.settings import Settings

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

COMMAND = Path(sys.executable).with_name("hubwarden")
PROVIDER = f"resource-azure-native-v{version('pulumi-azure-native')}"
PASSPHRASE = "correct-" + "horse-battery-staple"  # planted
TOKEN = "pul-" + "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"  # planted


@dataclass(frozen=True)
class Machine:
    """A project, and what a person's machine has around it."""

    project: Path
    home: Path
    tools: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def given(self, **variables: str) -> Machine:
        return replace(self, variables={**self.variables, **variables})

    def without(self, variable: str) -> Machine:
        kept = {name: text for name, text in self.variables.items() if name != variable}
        return replace(self, variables=kept)

    def cli(self, says: str) -> None:
        program = self.tools / "pulumi"
        program.write_text(f"#!/bin/sh\n[ \"$*\" = version ] && echo '{says}'\n")
        program.chmod(0o755)

    def doctor(self, *options: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.tools}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [COMMAND, "doctor", *options],
            cwd=self.project,
            env={"PATH": path, "HOME": str(self.home), "PULUMI_HOME": str(self.home)}
            | dict(self.variables),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def lines(self, about: str) -> list[tuple[str, str, str]]:
        """What is said about one thing: how it stands, the sentence, what to do."""
        done = self.doctor("--format", "json")
        document = json.loads(done.stdout)
        found = document["lines"]
        assert done.returncode == any(line["says"] == "problem" for line in found), done.stderr
        assert all(line["todo"] for line in found if line["says"] != "ok")
        return [
            (line["says"], line["what"], line["todo"] or "")
            for line in found
            if line["about"] == about
        ]


@pytest.fixture
def machine(copied: Callable[[str], Path], hubwarden: Hubwarden, tmp_path: Path) -> Machine:
    """Everything as it should be."""
    project = copied("examples/leaky")
    git(project, "init", "--quiet")
    assert hubwarden("init", "--yes", cwd=project).returncode == 0
    (project / "hubwarden-policies/.venv").symlink_to(sys.prefix)
    home, tools = tmp_path / "home", tmp_path / "tools"
    (home / "plugins" / PROVIDER).mkdir(parents=True)
    tools.mkdir()
    variables = {
        "PULUMI_OPTION_POLICY_PACK": str(project / "hubwarden-policies"),
        "PULUMI_BACKEND_URL": "https://state.contoso.example",
    }
    found = Machine(project, home, tools, variables)
    found.cli("v3.259.0")
    return found


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def test_nothing_is_amiss(machine: Machine) -> None:
    done = machine.doctor()
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("\n0 problems, 0 warnings\n")
    for words in ("the next `pulumi up` runs the pack", "v3.259.0", version("pulumi")):
        assert words in done.stdout


def test_a_pack_that_nothing_starts(machine: Machine) -> None:
    unset = machine.without("PULUMI_OPTION_POLICY_PACK")
    ((says, what, todo),) = unset.lines("pack")
    assert (says, "direnv allow" in todo) == ("problem", True)
    assert ".envrc sets PULUMI_OPTION_POLICY_PACK, but was not loaded" in what
    (machine.project / ".envrc").unlink()
    assert "`mise trust`" in unset.lines("pack")[0][2]
    (machine.project / "mise.toml").unlink()
    ((says, what, todo),) = unset.lines("pack")
    assert (says, "hubwarden init" in todo) == ("problem", True)
    assert "PULUMI_OPTION_POLICY_PACK is not set" in what
    assert unset.given(PULUMI_OPTION_POLICY_PACK="").lines("pack") == unset.lines("pack")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("nowhere", "and there is no such folder"),
        (".", "which has no PulumiPolicy.yaml"),
        ("strangers", "no pack that PULUMI_OPTION_POLICY_PACK names is hubwarden's"),
    ],
)
def test_a_variable_that_leads_astray(machine: Machine, value: str, what: str) -> None:
    strangers = machine.project / "strangers"
    strangers.mkdir()
    (strangers / "PulumiPolicy.yaml").write_text("runtime: nodejs\n")
    found = machine.given(PULUMI_OPTION_POLICY_PACK=value).lines("pack")
    assert any(says == "problem" and what in sentence for says, sentence, _ in found)


def test_a_pack_beside_another_one(machine: Machine) -> None:
    ours = machine.variables["PULUMI_OPTION_POLICY_PACK"]
    found = machine.given(PULUMI_OPTION_POLICY_PACK=f"{ours},hubwarden-policies").lines("pack")
    assert [says for says, _, _ in found] == ["ok", "ok"]
    assert "from this folder only" not in found[0][1]
    assert "from this folder only" in found[1][1]


def test_a_pack_without_its_libraries(machine: Machine) -> None:
    environment = machine.project / "hubwarden-policies/.venv"
    environment.unlink()
    ((says, what, todo),) = machine.lines("pack")
    assert (says, "virtual environment .venv does not exist" in what) == ("problem", True)
    assert "python3 -m venv" in todo
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    found = machine.lines("pack")
    assert {what.partition(" ")[0] for says, what, _ in found if says == "problem"} == {
        "hubwarden",
        "pulumi",
        "pulumi-policy",
    }


def test_levels_that_win_over_the_stacks(machine: Machine) -> None:
    found = machine.given(PULUMI_OPTION_POLICY_PACK_CONFIG="levels.json").lines("pack")
    assert found[-1][0] == "warning"
    assert "levels.json, which wins" in found[-1][1]


def test_a_program_without_the_guard(machine: Machine) -> None:
    assert machine.lines("guard")[0][0] == "ok"
    main = machine.project / "__main__.py"
    main.write_text(main.read_text().replace("hubwarden_policies.gates.guard", "elsewhere"))
    assert machine.lines("guard")[0][0] == "warning"


def test_settings_that_nobody_can_read(machine: Machine) -> None:
    (machine.project / "policy.dev.json").write_text('{"hub-local-aut": "advisory"}')
    ((says, what, _),) = machine.lines("settings")
    assert says == "problem"
    assert "policy.dev.json:1: there is no rule hub-local-aut" in what


@pytest.mark.parametrize(
    ("version_said", "stands"),
    [("v3.208.0", "ok"), ("v3.207.9", "problem"), ("3.300.1-dev.0", "ok"), ("what?", "problem")],
)
def test_the_cli(machine: Machine, version_said: str, stands: str) -> None:
    machine.cli(version_said)
    assert machine.lines("CLI")[0][0] == stands


def test_no_cli(machine: Machine) -> None:
    (machine.tools / "pulumi").unlink()
    ((says, what, todo),) = machine.given(PATH=str(machine.tools)).lines("CLI")
    assert (says, "no `pulumi` on the PATH" in what) == ("problem", True)
    assert "3.208" in todo


def test_sdks(machine: Machine) -> None:
    declared = machine.project / "Pulumi.yaml"
    declared.write_text("name: plant\nruntime: {name: python, options: {virtualenv: own}}\n")
    assert machine.lines("SDKs") == [
        ("problem", "the project's virtual environment own does not exist", "run `pulumi install`.")
    ]
    own = machine.project / "own"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", own], check=True)
    assert [says for says, _, _ in machine.lines("SDKs")] == ["problem", "warning"]
    (packages,) = own.glob("lib/python*/site-packages")
    for name, release in (("pulumi", "3.100.0"), ("pulumi_azure_native", "4.0.0")):
        told = packages / f"{name}-{release}.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Name: {name.replace('_', '-')}\nVersion: {release}\n")
    found = machine.lines("SDKs")
    assert [says for says, _, _ in found] == ["problem", "problem"]
    assert "own/bin/python is 3.100.0, not " in found[0][1]


def test_the_plugin(machine: Machine) -> None:
    plugins = machine.home / "plugins"
    (plugins / PROVIDER).rename(plugins / "resource-azure-native-v1.2.3")
    ((says, what, todo),) = machine.lines("plugin")
    assert (says, "(only 1.2.3)" in what) == ("warning", True)
    assert f"pulumi plugin install resource azure-native {version('pulumi-azure-native')}" in todo
    ((says, what, _),) = machine.given(PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="true").lines(
        "plugin"
    )
    assert (says, "Pulumi may not fetch it" in what) == ("problem", True)


def test_a_provider_from_elsewhere(machine: Machine) -> None:
    attached = machine.given(PULUMI_DEBUG_PROVIDERS="random:1,azure-native:4711")
    assert "PULUMI_DEBUG_PROVIDERS" in attached.lines("plugin")[0][1]
    provider = machine.tools / "pulumi-resource-azure-native"
    provider.touch(mode=0o755)
    ((says, what, _),) = machine.lines("plugin")
    assert (says, str(provider) in what) == ("warning", True)
    assert machine.given(PULUMI_IGNORE_AMBIENT_PLUGINS="true").lines("plugin")[0][0] == "ok"
    declared = machine.project / "Pulumi.yaml"
    plugins = "plugins: {providers: [{name: azure-native, path: mine}]}\n"
    declared.write_text(declared.read_text() + plugins)
    assert "a folder that Pulumi.yaml names" in machine.lines("plugin")[0][1]


@pytest.mark.parametrize(
    ("address", "stands", "what"),
    [
        ("https://api.pulumi.com", "ok", "https://api.pulumi.com keeps the state"),
        ("azblob://state", "ok", "who reads the container"),
        ("http://state.contoso.example", "problem", "unencrypted"),
        ("http://localhost:3000", "warning", "this machine only"),
        ("postgres://me:" + "hunter22@db/state", "problem", "postgres://db holds a password"),
        ("mem://", "warning", "nothing is known"),
        ("file:///var/state", "warning", "files of this machine"),
        ("file://.", "problem", "the next `git add` takes it in"),
    ],
)
def test_the_backend(machine: Machine, address: str, stands: str, what: str) -> None:
    ((says, sentence, _),) = machine.given(PULUMI_BACKEND_URL=address).lines("backend")
    assert (says, what in sentence) == (stands, True)
    assert "hunter22" not in sentence


def test_where_the_backend_is_named(machine: Machine) -> None:
    bare = machine.without("PULUMI_BACKEND_URL")
    assert "nobody is logged in" in bare.lines("backend")[0][1]
    (machine.home / "credentials.json").write_text(
        json.dumps({"current": "gs://state", "accessTokens": {"gs://state": TOKEN}})
    )
    assert "gs://state" in bare.lines("backend")[0][1]
    declared = machine.project / "Pulumi.yaml"
    declared.write_text(declared.read_text() + "backend: {url: 's3://state'}\n")
    assert "s3://state" in bare.lines("backend")[0][1]


def test_a_state_in_git(machine: Machine) -> None:
    here = machine.given(PULUMI_BACKEND_URL="file://.")
    (machine.project / ".gitignore").write_text(".pulumi/\n")
    assert here.lines("backend")[0][0] == "warning"
    state = machine.project / ".pulumi/stacks/plant/dev.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    git(machine.project, "add", "--force", str(state))
    for given in (here, machine):
        ((says, what, _),) = given.lines("backend")
        assert (says, ".pulumi/stacks/plant/dev.json is in Git" in what) == ("problem", True)


@pytest.mark.parametrize(
    ("written", "stands", "what"),
    [
        ("", "ok", "the backend encrypts them"),
        ("secretsprovider: azurekeyvault://v.vault.azure.net/keys/k\n", "ok", "azurekeyvault"),
        ("secretsprovider: b64\n", "problem", "no provider of Pulumi's"),
        ("encryptionsalt: v1:abc\n", "warning", "a passphrase that nobody here knows"),
        ("secretsprovider: passphrase\n", "warning", "a passphrase that nobody here knows"),
    ],
)
def test_what_encrypts_a_stack(machine: Machine, written: str, stands: str, what: str) -> None:
    file = machine.project / "Pulumi.dev.yaml"
    file.write_text(written + file.read_text())
    ((says, sentence, _),) = machine.lines("secrets")
    assert (says, what in sentence) == (stands, True)
    assert sentence.startswith("stack dev: ")


@pytest.mark.parametrize(
    ("passphrase", "stands"),
    [("", "problem"), ("x", "problem"), ("aaaaaaaaaaaaaaaaaaaa", "problem"), (PASSPHRASE, "ok")],
)
def test_a_passphrase(machine: Machine, passphrase: str, stands: str) -> None:
    here = machine.given(PULUMI_BACKEND_URL="azblob://state", PULUMI_CONFIG_PASSPHRASE=passphrase)
    assert here.lines("secrets")[0][0] == stands


def test_a_passphrase_in_a_file(machine: Machine) -> None:
    here = machine.given(
        PULUMI_BACKEND_URL="azblob://state", PULUMI_CONFIG_PASSPHRASE_FILE="passphrase"
    )
    file = machine.project / "passphrase"
    assert "cannot be read" in here.lines("secrets")[0][1]
    file.touch(mode=0o600)
    assert "is empty" in here.lines("secrets")[0][1]
    file.write_text(PASSPHRASE)
    assert here.lines("secrets")[0][0] == "ok"
    file.chmod(0o644)
    assert here.lines("secrets")[0][:2] == (
        "warning",
        "stack dev: the file that PULUMI_CONFIG_PASSPHRASE_FILE names can be read by others",
    )
    git(machine.project, "add", "passphrase")
    assert "is in Git" in here.lines("secrets")[0][1]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_shown(machine: Machine, form: str) -> None:
    """Wherever it stands: in a variable, in what names a file, in what the CLI says."""
    machine.cli(f"v3.259.0 {TOKEN}")
    (machine.home / "credentials.json").write_text(json.dumps({"accessTokens": {"a": TOKEN}}))
    done = machine.given(
        PULUMI_ACCESS_TOKEN=TOKEN,
        PULUMI_CONFIG_PASSPHRASE=PASSPHRASE,
        PULUMI_BACKEND_URL=f"azblob://state?sig={PASSPHRASE}",
        PULUMI_OPTION_POLICY_PACK=PASSPHRASE,
    ).doctor("--format", form)
    assert "azblob://state" in done.stdout
    assert PASSPHRASE not in done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr


def test_one_stack(machine: Machine) -> None:
    (machine.project / "Pulumi.prod.yaml").write_text("encryptionsalt: v1:abc\n")
    assert "stack prod" in machine.doctor().stdout
    assert "stack prod" not in machine.doctor("--stack", "dev").stdout
    done = machine.doctor("--stack", "pro")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean prod?" in done.stderr


def test_no_project(hubwarden: Hubwarden, tmp_path: Path) -> None:
    done = hubwarden("doctor", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no Pulumi.yaml in ")
    assert done.stderr.count("\n") == 1


def test_the_schema_of_the_settings(hubwarden: Hubwarden, tmp_path: Path) -> None:
    schema = json.loads(hubwarden("doctor", "--schema", cwd=tmp_path).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"].keys() == Settings.model_fields.keys()
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"devices": {"dev": "internet"}, "limits": {"log_days": 30}})
    assert not validator.is_valid({"device": "internet"})
