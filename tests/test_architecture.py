"""The arrows of the design: who may import whom, and what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import NoReturn

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = {name: ROOT / name.removeprefix("hubwarden_") / name for name in (
    "hubwarden_infra", "hubwarden_policies", "hubwarden_cli",
)}  # fmt: skip
PROGRAM_GATE = "hubwarden_policies.gates.program"
RECORDER = f"{PROGRAM_GATE}.hubwarden_recorder"

# A part of hubwarden_policies knows its own row and those before it, never a later one.
LAYERS = (
    {"model", "values", "marks", "data", "record"},
    {"rule", "team", "page", "words", "other_fixes"},
    {"views"},
    {"rules"},
    {"catalogue", "evaluate", "practices", "advice", "advice_table"},
    {"policy_file", "settings", "settings_file", "shapes", "redact"},
    {"levels", "waivers", "baseline", "policy"},
    {"gates"},
    {"reports"},
)
CORE = set().union(*LAYERS[:5]) - {"marks"}
# Lines that are neither blank, comment nor docstring: two screens, and one more for the imports.
LONGEST = 160

# In pieces, so that this file holds none of them.
BANNED = re.compile(
    "|".join(
        re.escape(left + right)
        for left, right in (
            ("py", "pi.org"),
            ("python", "hosted"),
            ("npm", "js.org"),
            ("npm", "js.com"),
            ("proxy.go", "lang"),
            ("crates", ".io"),
            ("ma", "ven.org"),
            ("ma", "ven.apache"),
            ("deb.de", "bian"),
        )
    )
    # Folders of one machine, where a path begins with them.
    + r"|(?<![\w.])/(wo{}/(main|shared)|ro{})/".format("rk", "ot")
)


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            inner = path.relative_to(folder).with_suffix("").parts
            found[".".join((package, *inner)).removesuffix(".__init__")] = path
    return found


MODULES = modules()
POLICIES = [name for name in MODULES if name.startswith("hubwarden_policies.")]
RECORDING = [name for name in POLICIES if name.startswith(RECORDER)]


def imports(module: str) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it; relative ones made absolute."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            origin = ".".join((*above, node.module or "")).strip(".") if node.level else node.module
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def part(module: str) -> str:
    """The part of hubwarden_policies that a dotted name belongs to."""
    if module.startswith(f"{RECORDER}.made_up.marks"):
        return "marks"
    return module.split(".")[1]


def foreign(module: str) -> set[str]:
    """The top-level names that a module imports from neither the standard library nor us."""
    tops = {name.partition(".")[0] for name in imports(module)}
    return tops - sys.stdlib_module_names - PACKAGES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_packages_import_one_way(module: str) -> None:
    allowed = {
        "hubwarden_infra": {"hubwarden_infra"},
        "hubwarden_policies": {"hubwarden_policies"},
        "hubwarden_cli": {"hubwarden_cli", "hubwarden_policies"},
    }[module.partition(".")[0]]
    ours = {name.partition(".")[0] for name in imports(module)} & PACKAGES.keys()
    assert ours <= allowed


@pytest.mark.parametrize("module", POLICIES)
def test_a_part_imports_earlier_parts_only(module: str) -> None:
    places = {name: row for row, names in enumerate(LAYERS) for name in names}
    assert part(module) in places, f"give {part(module)} its place in LAYERS"
    for name in imports(module):
        if name.startswith("hubwarden_policies."):
            assert places[part(name)] <= places[part(module)], f"{module} imports {name}"


@pytest.mark.parametrize("module", [name for name in POLICIES if part(name) in CORE])
def test_the_core_needs_pydantic_only(module: str) -> None:
    # A certificate is a text that rules judge, and to take one apart is no work for us.
    reader = {"cryptography"} if module == "hubwarden_policies.views.x509" else set()
    assert foreign(module) <= {"pydantic", *reader}


@pytest.mark.parametrize("module", RECORDING)
def test_the_recorder_runs_in_the_projects_interpreter(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 9))
    itself = {"hubwarden_recorder"} if module.endswith(".__main__") else set()
    assert foreign(module) <= {"pulumi", "grpc", "google", *itself}
    ours = [name for name in imports(module) if name.partition(".")[0] in PACKAGES]
    assert all(name.startswith(RECORDER) for name in ours)
    assert "import hubwarden_policies" not in text, "import siblings by a dot"
    assert "from hubwarden_policies" not in text, "import siblings by a dot"


@pytest.mark.parametrize("module", [name for name in MODULES if name not in RECORDING])
def test_what_is_imported_is_asked_for(module: str) -> None:
    """By the distribution itself: what another library happens to bring may go with it."""
    owners = packages_distributions()
    asked = {Requirement(text).name for text in requires("hubwarden") or ()}
    # pydantic documents its errors as pydantic_core's; _typeshed exists for type checkers only.
    for name in foreign(module) - {"pydantic_core", "_typeshed"}:
        assert {canonicalize_name(owner) for owner in owners[name]} & asked, name


# What Pulumi starts itself, in an environment that is made for it.
SERVING = {f"hubwarden_policies.gates.pack.{name}" for name in ("policies", "server")}
# What runs in a program of Pulumi's, and is imported where that is being deployed.
GUARDING = {name for name in POLICIES if name.startswith("hubwarden_policies.gates.guard")}


@pytest.mark.parametrize("module", sorted({*POLICIES} - {*RECORDING} - SERVING - GUARDING))
def test_our_side_of_the_program_gate_needs_no_sdk(module: str) -> None:
    assert not foreign(module) & {"pulumi", "pulumi_azure_native", "grpc", "google"}


# What the parts of rotation may import of each other.
ROTATION = {
    "azure": {"azure"},
    "local_azure": {"local_azure", "azure"},
    "rotation": {"rotation", "azure"},
    "creds": {"creds", "rotation", "azure"},
    "live": {"live", "azure"},
}
# Outside of the parts, and beyond them: who else may import which.
ALSO = {
    "hubwarden_cli.app": {"creds"},
    "hubwarden_cli.check": {"live"},
    # It reaches Azure as `creds` does.
    "hubwarden_cli.live.inspection": {"live", "creds"},
    "hubwarden_cli.live.wish": {"live", "creds"},
    "hubwarden_cli.creds.drill": {"local_azure"},
    # Who practises a rotation rotates.
    "hubwarden_cli.local_azure.drill.devices": {"rotation"},
    "hubwarden_cli.local_azure.drill.play": {"rotation"},
    "hubwarden_cli.local_azure.drill.runner": {"rotation"},
    "hubwarden_cli.local_azure.drill.setting": {"rotation"},
}


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("hubwarden_cli.")])
def test_the_parts_of_rotation_import_one_way(module: str) -> None:
    known = {name.split(".")[1] for name in imports(module) if name.startswith("hubwarden_cli.")}
    allowed = ROTATION.get(part(module), set()) | ALSO.get(module, set())
    assert known & ROTATION.keys() <= allowed


def test_a_command_that_calls_nobody_loads_no_client() -> None:
    program = (
        "import atexit, sys; sys.argv = ['hubwarden', 'rules'];"
        "loaded = lambda: [name for name in sys.modules if name.partition('.')[0] == 'azure'];"
        "atexit.register(lambda: sys.stderr.write(f'{loaded()}'));"
        "from hubwarden_cli.app import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stderr == "[]"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_fits_on_two_screens(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert code_lines(text) <= LONGEST, "it holds two things"


def code_lines(text: str) -> int:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            left_out |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in left_out
        for number, line in enumerate(text.splitlines(), 1)
    )


@pytest.mark.parametrize("folder", ["infra", "policies", "cli"])
def test_no_folder_shadows_a_library(folder: str) -> None:
    """Pulumi puts these folders first on `sys.path`: what lies there hides what is installed."""
    here = {
        path.stem for path in (ROOT / folder).iterdir() if path.is_dir() or path.suffix == ".py"
    }
    libraries = {*sys.stdlib_module_names, *packages_distributions()}
    assert here & libraries - {"__main__"} <= PACKAGES.keys()


def test_no_file_names_a_registry_or_a_machine(lacking: Callable[[str], NoReturn]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        lacking("Only a git checkout knows which files are tracked: clone the repository.")
    for name in filter(None, listed.stdout.split("\0")):
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        assert not BANNED.search(text), f"{name}: {BANNED.search(text)}"
