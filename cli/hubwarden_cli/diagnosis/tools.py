"""Whether Pulumi's CLI, the program's SDKs and the provider's plugin fit together."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_cli.diagnosis.line import Line, problem, warning
from hubwarden_cli.diagnosis.versions import fits, installed, needed, numbers, said
from hubwarden_policies.gates.program.pulumi_project.project_error import read_mapping

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.marked_yaml import Marked
    from hubwarden_policies.gates.program.pulumi_project.project import Project

# The first that takes every option from a variable: an older one runs no pack unasked.
_OLDEST_CLI: Final = "3.208"
_SDK: Final = "pulumi-azure-native"
_PLUGIN: Final = "azure-native"


def about_the_tools(project: Project, environ: Mapping[str, str]) -> Iterator[Line]:
    """Yield what is to be said of CLI, SDKs and plugin."""
    yield _cli(project, environ)
    if project.python_note:
        yield problem("SDKs", project.python_note, "run `pulumi install`.")
        return
    python = project.python or Path(sys.executable)
    whose = _shown(project, python) if project.python else "hubwarden's own Python"
    found = installed(python, ("pulumi", _SDK), project.folder, environ)
    if found is None:
        yield problem("SDKs", f"{whose} does not run", "make the virtual environment anew.")
        return
    for name, version in found.items():
        yield _sdk(name, version, whose)
    if version := found[_SDK]:
        yield _plugin(project, version, environ)


def pulumi_home(environ: Mapping[str, str]) -> Path:
    """Where the CLI keeps plugins and whom it is logged in to."""
    return Path(environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def is_on(environ: Mapping[str, str], variable: str) -> bool:
    """Whether a switch of Pulumi's is on."""
    return environ.get(variable, "").lower() in ("1", "true")


def _cli(project: Project, environ: Mapping[str, str]) -> Line:
    path = shutil.which("pulumi", path=environ.get("PATH", ""))
    way_out = f"install Pulumi {_OLDEST_CLI} or newer."
    if path is None:
        return problem("CLI", "there is no `pulumi` on the PATH", way_out)
    quiet = {**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    version = (said([path, "version"], project.folder, quiet) or "").strip()
    if not numbers(version):
        return problem("CLI", f"{path} does not say its version", way_out)
    if numbers(version) < numbers(_OLDEST_CLI):
        what = f"`pulumi` is {version}, which takes no policy pack from a variable"
        return problem("CLI", what, way_out)
    return Line("CLI", f"`pulumi` is {version}")


def _shown(project: Project, python: Path) -> str:
    return project.relative(python) if python.is_relative_to(project.folder) else str(python)


def _sdk(name: str, version: str | None, whose: str) -> Line:
    wanted = needed(name)
    way_out = f"install `{name}{wanted}` there."
    if version is None:
        # A program without the provider is a program, one without Pulumi is none.
        say = warning if name == _SDK else problem
        return say("SDKs", f"{name} is not installed in {whose}", way_out)
    if not fits(version, wanted):
        return problem("SDKs", f"{name} in {whose} is {version}, not {wanted}", way_out)
    return Line("SDKs", f"{name} in {whose} is {version}")


def _plugin(project: Project, version: str, environ: Mapping[str, str]) -> Line:
    """Say which provider the engine takes; it looks in this order."""
    if elsewhere := _elsewhere(project, environ):
        return warning(
            "plugin",
            f"the provider comes from {elsewhere}, whose version nobody compares with the SDK's",
            "take that away, unless you work on the provider.",
        )
    folder = pulumi_home(environ) / "plugins"
    if (folder / f"resource-{_PLUGIN}-v{version}").is_dir():
        return Line("plugin", f"{_PLUGIN} {version} is there, as the SDK asks for it")
    others = sorted(path.name.rpartition("-v")[2] for path in folder.glob(f"resource-{_PLUGIN}-v*"))
    have = f" (only {', '.join(others)})" if others else ""
    what = f"the provider's plugin {_PLUGIN} {version} is not installed{have}"
    way_out = f"run `pulumi plugin install resource {_PLUGIN} {version}`."
    if is_on(environ, "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"):
        return problem("plugin", f"{what}, and Pulumi may not fetch it", way_out)
    return warning("plugin", f"{what}; the next `pulumi up` fetches it", way_out)


def _elsewhere(project: Project, environ: Mapping[str, str]) -> str | None:
    attached = environ.get("PULUMI_DEBUG_PROVIDERS", "").split(",")
    if any(one.startswith(f"{_PLUGIN}:") for one in attached):
        return "a server that PULUMI_DEBUG_PROVIDERS names"
    root = read_mapping(project.folder / project.file, project.file)
    plugins = root.get("plugins") if root else None
    providers = plugins.get("providers") if plugins else None
    if providers and isinstance(providers.value, list) and any(map(_is_it, providers.value)):
        return f"a folder that {project.file} names"
    path = shutil.which(f"pulumi-resource-{_PLUGIN}", path=environ.get("PATH", ""))
    return None if is_on(environ, "PULUMI_IGNORE_AMBIENT_PLUGINS") else path


def _is_it(entry: Marked) -> bool:
    name = entry.get("name")
    return name is not None and name.text == _PLUGIN
