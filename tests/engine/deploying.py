"""Pulumi's own engine as tests use it: every deployment in a world of its own, in a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
STAND_INS: Final = ROOT / "tests" / "stand_ins"
_LANGUAGE_HOST: Final = "pulumi-language-python"
# What a person's shell has that says nothing of Pulumi or Azure.
_KEPT: Final = ("LANG", "LC_ALL", "TMPDIR")


def copy_shipped(folder: Path) -> Path:
    """The project of this repository in another folder, since the CLI writes to stack files."""
    for name in ("infra", "policies", "stacks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Pulumi.yaml", "hubwarden.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@dataclass(frozen=True)
class Deployment:
    """A stack of a project, with a backend and an Azure that nothing else is in."""

    project: Path
    stack: str
    folder: Path
    environ: Mapping[str, str]

    def pulumi(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the CLI on the stack; `variables` are added to the environment."""
        chosen = () if arguments[0] == "version" else ("--stack", self.stack)
        return subprocess.run(
            ["pulumi", *arguments, *chosen, "--non-interactive", "--color=never"],
            cwd=self.project,
            env={**self.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    def up(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Deploy without the preview, as a job does that was shown one before."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, **variables)

    def state(self) -> list[dict[str, Any]]:
        """The resources that the engine keeps of the stack."""
        exported = self.pulumi("stack", "export")
        assert exported.returncode == 0, exported.stdout
        resources: list[dict[str, Any]] = json.loads(exported.stdout)["deployment"].get("resources")
        return resources or []

    def names(self) -> set[str]:
        """`module:Type name` of each resource of azure-native that the engine keeps."""
        found = (each["urn"].split("::")[2:] for each in self.state())
        typed = ((type_.rpartition("$")[2], "::".join(name)) for type_, *name in found)
        return {
            f"{type_.partition(':')[2]} {name}"
            for type_, name in typed
            if type_.startswith("azure-native:")
        }

    def in_azure(self, type_: str = "") -> list[dict[str, Any]]:
        """What the provider double keeps, all of it or what is of one type."""
        kept = (json.loads(path.read_text("utf-8")) for path in self.azure.glob("*.json"))
        return [each for each in kept if type_ in ("", each["type"])]

    @property
    def azure(self) -> Path:
        """The folder of what the provider double keeps."""
        return Path(self.environ["AZURE_STAND_IN"])


@dataclass(frozen=True)
class Engine:
    """Makes deployments with this CLI; what they leave is in `scratch`."""

    cli: Path
    scratch: Path
    shell: Mapping[str, str]

    def deployment(self, project: Path, stack: str = "dev") -> Deployment:
        """A new stack of a project; the stack's file, if there is one, gets a line of the CLI's."""
        folder = self.scratch / f"deployment-{len(list(self.scratch.iterdir()))}"
        for name in ("backend", "home"):
            (folder / name).mkdir(parents=True)
        environ = {name: self.shell[name] for name in _KEPT if name in self.shell} | {
            "PATH": self._path(),
            "HOME": str(folder / "home"),
            "PULUMI_HOME": str(folder / "home" / ".pulumi"),
            "PULUMI_BACKEND_URL": (folder / "backend").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "planted",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "AZURE_STAND_IN": str(folder / "azure"),
        }
        made = Deployment(project, stack, folder, environ)
        begun = made.pulumi("stack", "init")
        assert begun.returncode == 0, begun.stdout
        return made

    def _path(self) -> str:
        """The doubles before what the machine has, but for the language host: its own is better."""
        own = self.shell["PATH"]
        folders = [sysconfig.get_path("scripts"), str(STAND_INS / "azure_native")]
        if shutil.which(_LANGUAGE_HOST, path=f"{self.cli.parent}{os.pathsep}{own}") is None:
            folders.append(str(STAND_INS / "language"))
        return os.pathsep.join((*folders, str(self.cli.parent), own))
