"""Whether the next `pulumi up` here would run the policy pack, and whether the program reminds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_cli import __version__
from hubwarden_cli.diagnosis.line import Line, problem, warning
from hubwarden_cli.diagnosis.versions import fits, installed, needed
from hubwarden_policies.gates.program.pulumi_project.interpreter import own_interpreter
from hubwarden_policies.gates.program.pulumi_project.project_error import (
    ProjectError,
    read_mapping,
)

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.project import Project

VARIABLE: Final = "PULUMI_OPTION_POLICY_PACK"
PACK_FILE: Final = "PulumiPolicy.yaml"
GUARD: Final = "hubwarden_policies.gates.guard"
# What sets variables when somebody enters a folder, and how it is told that it may.
_LOADERS: Final[Mapping[str, str]] = {
    ".envrc": "direnv allow",
    "mise.toml": "mise trust",
    ".mise.toml": "mise trust",
}
_ABOUT: Final = "pack"
_OURS: Final = "hubwarden_policies"


def about_the_pack(project: Project, environ: Mapping[str, str]) -> Iterator[Line]:
    """Yield what is to be said of the variable, of each pack that it names, and of its Python."""
    named = [name.strip() for name in environ.get(VARIABLE, "").split(",") if name.strip()]
    if not named:
        yield _unset(project)
        return
    for name in named:
        yield from _one(project, name, environ)
    if not any(is_ours(project.folder / name) for name in named):
        yield problem(
            _ABOUT,
            f"no pack that {VARIABLE} names is hubwarden's",
            "run `hubwarden init`, and name its folder too, with a comma between.",
        )
    if levels := environ.get(f"{VARIABLE}_CONFIG"):
        yield warning(
            _ABOUT,
            f"{VARIABLE}_CONFIG is {levels}, which wins over the levels of each stack",
            "unset it, unless one file is to decide for every stack.",
        )


def about_the_guard(project: Project) -> Line:
    """Say whether the program reminds its people where the pack does not run."""
    shown = project.relative(entry_of(project))
    if _mentions(entry_of(project), GUARD):
        return Line("guard", f"{shown} has it, so that a deployment without the pack is judged too")
    return warning(
        "guard",
        f"{shown} does not have it: a deployment without the pack is not judged",
        "run `hubwarden init`, which shows the two lines.",
    )


def entry_of(project: Project) -> Path:
    """The file that is run as the program."""
    return project.main / "__main__.py" if project.main.is_dir() else project.main


def is_ours(folder: Path) -> bool:
    """Whether the pack in this folder is hubwarden's."""
    return _mentions(folder / "__main__.py", _OURS)


def _unset(project: Project) -> Line:
    for folder in (project.folder, *project.folder.parents):
        for name, allow in _LOADERS.items():
            if _mentions(folder / name, VARIABLE):
                return problem(
                    _ABOUT,
                    f"the next `pulumi up` would not run it: {project.relative(folder / name)} "
                    f"sets {VARIABLE}, but was not loaded",
                    f"run `{allow}` in its folder, and enter it again.",
                )
        if (folder / ".git").exists():
            break
    return problem(
        _ABOUT,
        f"the next `pulumi up` would not run it: {VARIABLE} is not set",
        "set it to the pack's folder; `hubwarden init` writes files that do.",
    )


def _one(project: Project, name: str, environ: Mapping[str, str]) -> Iterator[Line]:
    folder = project.folder / name
    if not (folder / PACK_FILE).is_file():
        lacks = f"which has no {PACK_FILE}" if folder.is_dir() else "and there is no such folder"
        yield problem(
            _ABOUT,
            f"{VARIABLE} is {name}, {lacks}",
            "name the pack's folder, best by its whole path: a relative one counts from where "
            "`pulumi` is called.",
        )
        return
    amiss = list(_its_python(name, folder, environ))
    yield from amiss
    if not any(line.says == "problem" for line in amiss):
        relative = "" if Path(name).is_absolute() else ", from this folder only"
        what = f"the next `pulumi up` runs the pack in {name}{relative}"
        yield Line(_ABOUT, f"{what}; --policy-pack would replace it")


def _its_python(name: str, folder: Path, environ: Mapping[str, str]) -> Iterator[Line]:
    try:
        options = _options(folder)
    except ProjectError as error:
        yield problem(_ABOUT, error.sentence, f"correct {name}/{PACK_FILE}.")
        return
    if not is_ours(folder):
        return
    python, note = own_interpreter(folder, options)
    if python is not None:
        yield from _libraries(name, python, folder, environ)
        return
    yield problem(
        _ABOUT,
        note.replace("the project's", f"{name}: its") if note else f"{name} names no environment",
        f"make it: `python3 -m venv {name}/.venv`, name it in {name}/{PACK_FILE} (`virtualenv: "
        f".venv`), and install `hubwarden[pack]=={__version__}` there.",
    )


def _libraries(name: str, python: Path, folder: Path, environ: Mapping[str, str]) -> Iterator[Line]:
    found = installed(python, ("hubwarden", "pulumi", "pulumi-policy"), folder, environ)
    if found is None:
        yield problem(_ABOUT, f"the Python of {name} does not run", f"make {name}/.venv anew.")
        return
    way_out = f"run `{python} -m pip install 'hubwarden[pack]=={__version__}'`."
    for library, version in found.items():
        if version is None:
            yield problem(_ABOUT, f"{library} is not installed for {name}", way_out)
        elif library == "hubwarden" and version != __version__:
            yield warning(
                _ABOUT, f"{name} runs hubwarden {version}, and this is {__version__}", way_out
            )
        elif not fits(version, needed(library)):
            wanted = needed(library)
            yield problem(_ABOUT, f"{name} has {library} {version}, not {wanted}", way_out)


def _options(folder: Path) -> dict[str, str]:
    root = read_mapping(folder / PACK_FILE, PACK_FILE)
    runtime = root.get("runtime") if root else None
    options = runtime.get("options") if runtime else None
    return {key: item.text for key, item in options.items()} if options else {}


def _mentions(path: Path, word: str) -> bool:
    try:
        return word in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
