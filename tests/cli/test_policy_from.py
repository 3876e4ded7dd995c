"""A pull request that tries to switch the check off, in every way that the files allow.

With `--policy-from` the base's files decide and nothing in the pull request reaches its findings.
Without it, in CI, the first finding is that somebody changed what decides.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sysconfig.get_path("scripts")) / "hubwarden"
PULL_REQUEST = {"CI": "true", "GITHUB_BASE_REF": "main"}
SOON = datetime.now(UTC).date() + timedelta(days=30)
DEPLOYER = "3b2f8a36-52c5-4b53-9c5c-0d0c6a3b7a11"

PROGRAM = f"""\
import pulumi
from pulumi_azure_native import authorization, iothub, operationalinsights, resources, web
from pulumi_azure_native import deviceprovisioningservices as dps

config = pulumi.Config()
group = resources.ResourceGroup("plant")
iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={{"name": "S1", "capacity": 1}},
    properties={{
        "min_tls_version": config.get("tls") or "1.0",
        "authorization_policies": [{{"key_name": "service", "rights": "ServiceConnect"}}],
        "network_rule_sets": {{
            "default_action": "Deny",
            "apply_to_built_in_event_hub_endpoint": True,
            "ip_rules": [{{"filter_name": "all", "ip_mask": "52.0.0.0/12", "action": "Allow"}}],
        }},
    }},
)
link = pulumi.Output.concat(
    "HostName=far.azure-devices.net;SharedAccessKeyName=link;Shared" + "AccessKey=",
    config.require_secret("key"),
)
dps.IotDpsResource(
    "enrolment",
    resource_group_name=group.name,
    sku={{"name": "S1", "capacity": 1}},
    properties={{
        "authorization_policies": [{{"key_name": "root", "rights": "ServiceConfig"}}],
        "iot_hubs": [{{"connection_string": link, "location": "westeurope"}}],
    }},
)
operationalinsights.Workspace("logs", resource_group_name=group.name, retention_in_days=30)
authorization.RoleAssignment(
    "deployer",
    scope=group.id,
    principal_id="{DEPLOYER}",
    principal_type="ServicePrincipal",
    role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/"
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
)
web.WebApp(
    "portal",
    resource_group_name=group.name,
    site_config={{"app_settings": [{{"name": "X", "value": config.require_secret("key")}}]}},
)
"""
STACK = "config:\n  plant:key:\n    secure: v1:cGxhbnRlZA==:cGxhbnRlZA==\n"
WAIVER = """\
[[waiver]]
rule = "{rule}"
stack = "*"
address = "*"
reason = "It has always been so."
owner = "plant@contoso.example"
expires = {expires}
"""
# The waiver is one that the base does not let hold, for it would do so for too long.
BASE = {
    "shared/hubwarden.toml": '[levels]\nall = "mandatory"\n',
    "weak/hubwarden.toml": '[levels]\nall = "disabled"\n',
    "plant/Pulumi.yaml": "name: plant\nruntime: python\nstackConfigDir: stacks\n",
    "plant/__main__.py": PROGRAM,
    "plant/hubwarden.toml": 'extends = "common"\ndevices = "private"\n',
    "plant/stacks/Pulumi.dev.yaml": STACK,
    "plant/stacks/policy.dev.json": '{"undecided": "mandatory"}\n',
    "plant/stacks/waivers.toml": WAIVER.format(rule="hub-old-tls", expires="2099-12-31"),
    "plant/mild/Pulumi.dev.yaml": STACK,
    "plant/mild/policy.dev.json": '{"all": "disabled"}\n',
}


@dataclass(frozen=True)
class Repository:
    """A clone on the branch of a pull request, a checkout of its base, and what the base finds."""

    root: Path
    base: Path
    environ: dict[str, str]

    @property
    def plant(self) -> Path:
        return self.root / "plant"

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=Plant", "-c", "user.email=plant@contoso.example")
        subprocess.run(
            ["git", *who, *words],
            cwd=self.root,
            env=self.environ,
            check=True,
            capture_output=True,
            timeout=60,
        )

    def commit(self) -> None:
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", "As it is")

    def check(self, *words: str, **ci: str) -> tuple[int, str, dict[str, Any]]:
        """The exit code, the text and the JSON of a check; `ci` is what CI adds to the shell."""
        report = self.root.parent / "report.json"
        forms = ("--format", "json", "--output", str(report), "--format", "text")
        done = subprocess.run(
            [COMMAND, "check", *forms, *words],
            cwd=self.plant,
            env=self.environ | ci,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout, json.loads(report.read_text(encoding="utf-8"))


def verdicts(report: dict[str, Any]) -> set[tuple[str, ...]]:
    """What was found about the program, and how it counts."""
    names = ("rule", "path", "status", "level", "severity")
    found = [one for one in report["findings"] if one["rule"] != "policy-changed"]
    return {(one["resource"]["name"], *(one[name] for name in names)) for one in found}


@pytest.fixture(scope="module")
def strict(
    tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]
) -> tuple[Repository, set[tuple[str, ...]]]:
    """The base, and its verdicts, of which every one is to come out of every pull request."""
    root = tmp_path_factory.mktemp("base") / "repository"
    for name, text in BASE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "plant/common").symlink_to("../shared", target_is_directory=True)
    # A person's own configuration may sign commits or name branches otherwise.
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    repository = Repository(root, root.parent / "base", environ | nobody)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.commit()
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.git("checkout", "--quiet", "-b", "topic")
    code, _, report = repository.check()
    assert code == 1
    assert {one["rule"] for one in report["findings"]} >= {
        "hub-old-tls",
        "hub-public-network",
        "hub-unlisted-policy",
        "hub-wide-ip-range",
        "dps-unlisted-policy",
        "dps-unknown-hub",
        "law-short-retention",
        "role-too-powerful",
        "waiver-too-long",
        "app-setting-connection-string",
    }
    assert {one["level"] for one in report["findings"]} == {"mandatory"}
    return repository, verdicts(report)


@pytest.fixture
def repository(strict: tuple[Repository, set[tuple[str, ...]]], tmp_path: Path) -> Repository:
    original, _ = strict
    root = shutil.copytree(original.root, tmp_path / "repository", symlinks=True)
    copy = Repository(root, tmp_path / "base", original.environ)
    copy.git("worktree", "add", "--quiet", "--detach", str(copy.base), "main")
    return copy


Attack = Callable[[Repository], None]


def writes(name: str, text: str) -> Attack:
    """Commits this file of the project."""

    def attack(repository: Repository) -> None:
        path = repository.plant / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        repository.commit()

    return attack


def settings(text: str) -> Attack:
    """Commits these settings beside those of the base."""
    return writes("hubwarden.toml", f"{BASE['plant/hubwarden.toml']}{text}\n")


def removes(name: str) -> Attack:
    def attack(repository: Repository) -> None:
        (repository.plant / name).unlink()
        repository.commit()

    return attack


def links(name: str, target: str) -> Attack:
    """Commits a symbolic link where something else was."""

    def attack(repository: Repository) -> None:
        path = repository.plant / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        path.symlink_to(target)
        repository.commit()

    return attack


def outside(repository: Repository) -> None:
    """The settings extend a file that no checkout has, and that says nothing."""
    nothing = os.path.relpath("/dev/null", repository.plant)
    writes("hubwarden.toml", f'extends = "{nothing}"\ndevices = "private"\n')(repository)


def baseline(repository: Repository) -> None:
    """Everything is old all at once."""
    done = subprocess.run(
        [COMMAND, "baseline", "write"],
        cwd=repository.plant,
        env=repository.environ,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0
    repository.commit()


def other_name(repository: Repository) -> None:
    """The project's file gets its other name, and another folder."""
    text = (repository.plant / "Pulumi.yaml").read_text(encoding="utf-8")
    (repository.plant / "Pulumi.yaml").unlink()
    writes("Pulumi.yml", text.replace("stacks", "mild"))(repository)


def folder_and_link(repository: Repository) -> None:
    """The old folder leads to the new one, so that both seem to be the same."""
    links("stacks", "mild")(repository)
    writes("Pulumi.yaml", BASE["plant/Pulumi.yaml"].replace("stacks", "mild"))(repository)


def link_to_folder(repository: Repository) -> None:
    """A folder takes the place of a link, without the file that the link led to."""
    (repository.plant / "common").unlink()
    writes("common/hubwarden.toml", "")(repository)


def uncommitted(repository: Repository) -> None:
    (repository.plant / "stacks/policy.dev.json").write_text('{"all": "disabled"}')


def untracked(repository: Repository) -> None:
    baseline(repository)
    repository.git("rm", "--quiet", "--cached", "plant/stacks/baseline.json")
    repository.git("commit", "--quiet", "--message", "Nothing to see")


def ignored(repository: Repository) -> None:
    untracked(repository)
    (repository.root / ".gitignore").write_text("baseline.json\n")
    repository.git("add", ".gitignore")
    repository.git("commit", "--quiet", "--message", "Nothing to see")


def hidden(repository: Repository) -> None:
    repository.git("update-index", "--skip-worktree", "plant/stacks/policy.dev.json")
    uncommitted(repository)


def false_base(repository: Repository) -> None:
    """A tag that Git takes for the branch of the same name."""
    settings('levels.all = "disabled"')(repository)
    repository.git("tag", "origin/main")


ATTACKS: dict[str, Attack] = {
    "levels: all": writes("stacks/policy.dev.json", '{"all": "disabled"}'),
    "levels: advisory": writes("stacks/policy.dev.json", '{"all": "advisory"}'),
    "levels: one rule": writes(
        "stacks/policy.dev.json",
        '{"undecided": "mandatory", "hub-old-tls": {"enforcementLevel": "disabled"}}',
    ),
    "levels: undecided": writes("stacks/policy.dev.json", '{"undecided": "disabled"}'),
    "levels: removed": removes("stacks/policy.dev.json"),
    "settings: levels": settings('levels.hub-public-network = "disabled"'),
    "settings: devices": writes("hubwarden.toml", 'extends = "common"\ndevices = "internet"\n'),
    "settings: hub_policies": settings('allow.hub_policies = ["service"]'),
    "settings: dps_policies": settings('allow.dps_policies = ["root"]'),
    "settings: linked_hubs": settings('allow.linked_hubs = ["far.azure-devices.net"]'),
    "settings: deployers": settings(f'allow.deployers = ["{DEPLOYER}"]'),
    "settings: log_days": settings("limits.log_days = 1"),
    "settings: widest_range": settings("limits.widest_range = 1"),
    "settings: lives of waivers": settings("waivers.high = 99999"),
    "settings: stand-ins": settings('[check.config]\n"plant:tls" = "1.2"'),
    "settings: removed": removes("hubwarden.toml"),
    "settings: extends another": writes("hubwarden.toml", 'extends = "../weak"\n'),
    "settings: extends what is outside": outside,
    "settings: extends nothing": writes("hubwarden.toml", 'devices = "private"\n'),
    "settings: what is extended": writes("../shared/hubwarden.toml", 'levels.all = "disabled"\n'),
    "waivers": writes(
        "stacks/waivers.toml", WAIVER.format(rule="hub-public-network", expires=SOON)
    ),
    "waivers: removed": removes("stacks/waivers.toml"),
    "baseline": baseline,
    "folder": writes("Pulumi.yaml", BASE["plant/Pulumi.yaml"].replace("stacks", "mild")),
    "folder: old spelling": writes(
        "Pulumi.yaml", BASE["plant/Pulumi.yaml"].replace("stackConfigDir: stacks", "config: mild")
    ),
    "folder: other name": other_name,
    "folder and link": folder_and_link,
    "link: settings": links("hubwarden.toml", "../weak/hubwarden.toml"),
    "link: levels": links("stacks/policy.dev.json", "../mild/policy.dev.json"),
    "link: folder": links("stacks", "mild"),
    "link: on the way": links("common", "../weak"),
    "link: now a folder": link_to_folder,
    "uncommitted": uncommitted,
    "untracked": untracked,
    "ignored": ignored,
    "hidden from Git": hidden,
    "false base": false_base,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_check_cannot_be_switched_off(
    name: str, strict: tuple[Repository, set[tuple[str, ...]]], repository: Repository
) -> None:
    _, wanted = strict
    ATTACKS[name](repository)

    code, _, report = repository.check("--policy-from", str(repository.base))
    assert code == 1
    assert verdicts(report) == wanted

    code, text, report = repository.check(**PULL_REQUEST)
    # It would have worked, and so has to be told.
    assert verdicts(report) != wanted
    assert code == 1
    first = report["findings"][0]
    assert (first["rule"], first["status"], first["level"]) == (
        "policy-changed",
        "open",
        "mandatory",
    )
    assert re.findall(r" \[([a-z]+-[a-z-]+)\]\n", text)[0] == "policy-changed"


def test_a_pull_request_that_leaves_the_files_alone_is_not_suspected(
    strict: tuple[Repository, set[tuple[str, ...]]], repository: Repository
) -> None:
    _, wanted = strict
    writes("README.md", "The plant.\n")(repository)
    code, _, report = repository.check(**PULL_REQUEST)
    assert code == 1
    assert verdicts(report) == wanted
    assert "policy-changed" not in {one["rule"] for one in report["findings"]}


def test_an_empty_program_cannot_allow_itself(repository: Repository) -> None:
    writes("__main__.py", "")(repository)
    settings("allow_empty = true")(repository)
    code, _, report = repository.check("--policy-from", str(repository.base))
    assert (code, [one["kind"] for one in report["errors"]]) == (3, ["nothing-checked"])
    code, _, report = repository.check(**PULL_REQUEST)
    assert (code, report["findings"][0]["rule"]) == (1, "policy-changed")
