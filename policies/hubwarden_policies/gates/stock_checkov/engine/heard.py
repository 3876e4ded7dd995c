"""Checkov's own runners, with everything heard that they keep to themselves.

A check that raises is a verdict of nobody's to Checkov, and not in its report; some failures it
drops; an external check that cannot be loaded it logs and forgets. All of that is written down.
"""

from __future__ import annotations

import logging
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, Final

# Framework: the module and the class that runs it, and the registry of its checks.
_RUNNERS: Final = {
    "arm": ("checkov.arm.runner", "Runner", "checkov.arm.registry", "arm_resource_registry"),
    "bicep": (
        *("checkov.bicep.runner", "Runner"),
        *("checkov.bicep.checks.resource.registry", "registry"),
    ),
    "terraform": (
        *("checkov.terraform.runner", "Runner"),
        *("checkov.terraform.checks.resource.registry", "resource_registry"),
    ),
    "terraform_json": (
        *("checkov.terraform_json.runner", "TerraformJsonRunner"),
        *("checkov.terraform.checks.resource.registry", "resource_registry"),
    ),
    "terraform_plan": (
        *("checkov.terraform.plan_runner", "Runner"),
        *("checkov.terraform.checks.resource.registry", "resource_registry"),
    ),
}
# What the ids of hubwarden's own checks begin with.
PACK: Final = "CKV_HUBWARDEN_"
# What `BaseCheck.run` is given, and what of it is written down.
_ARGUMENTS: Final = ("scanned_file", "entity_configuration", "entity_name", "entity_type")
_HEARD: Final = ("scanned_file", "entity_type", "entity_name")
_PARTS: Final = ("failed_checks", "passed_checks", "skipped_checks")


def run(
    framework: str, folders: list[str], external: list[str], variables: list[str]
) -> dict[str, Any]:
    """All that Checkov did with each of the folders: see the keys of what is returned.

    `runs` has every run of a check, `records` what its report says, both with absolute paths;
    `subjects` the types (and patterns of types) for which it has checks, `pack_subjects` those for
    which hubwarden's own pack has some.
    """
    module, name, registry_module, registry_name = _RUNNERS[framework]
    # Checks for templates judge Bicep too, and enter themselves there when they are imported.
    import_module("checkov.arm.runner")
    runner_class = getattr(import_module(module), name)
    registry = getattr(import_module(registry_module), registry_name)
    from checkov.runner_filter import RunnerFilter
    from checkov.version import version

    logging.disable(logging.CRITICAL)
    unloaded, loaded = _hear_loading()
    said: dict[str, list[Any]] = {"crashed": [], "runs": [], "records": [], "unparsed": []}
    heard = _hear_checks()

    def judge(root: str | None, file: str | None) -> None:
        """Judge a folder, or one file alone."""
        nonlocal external
        heard.clear()
        loading, external = external, []
        report = runner_class().run(
            root_folder=root,
            files=[file] if file else None,
            # Some of them cannot be loaded twice into one process.
            external_checks_dir=loading or None,
            runner_filter=RunnerFilter(
                framework=[framework], var_files=variables, show_progress_bar=False
            ),
        )
        said["records"] += _records(report, root, file)
        said["unparsed"] += [file or _absolute(one, root) for one in report.parsing_errors]
        said["runs"] += [[file or _absolute(one[0], root), *one[1:]] for one in heard]

    for folder in folders:
        try:
            judge(folder, None)
        except Exception as error:  # noqa: BLE001 (what it had read by then is lost)
            # One file breaks it for all. Terraform's are nothing without their neighbours.
            alone = [] if framework == "terraform" else _files(folder)
            said["crashed"] += [] if alone else [[folder, _place(error)]]
            for file in alone:
                try:
                    judge(None, file)
                except Exception as broken:  # noqa: BLE001 (as above)
                    said["crashed"].append([file, _place(broken)])
    known = {check.id: check.name for _, check in registry.all_checks()}
    graph = getattr(runner_class(), "graph_registry", None)
    known |= {check.id: check.name for check in getattr(graph, "checks", ())}
    return {
        **said,
        "version": version,
        "subjects": _subjects(registry, ours=False),
        "pack_subjects": _subjects(registry, ours=True),
        "checks": known,
        "loaded": loaded,
        "unloaded": unloaded,
    }


def _subjects(registry: Any, *, ours: bool) -> list[str]:
    # Those of ours that are about a file as a whole are asked about everything.
    every = (one for one in registry.all_checks() if not ours or not one[0].endswith("*"))
    return sorted({subject for subject, check in every if check.id.startswith(PACK) is ours})


def _hear_checks() -> list[list[Any]]:
    """Every run of a check from now on: file, type, name, first line, check, verdict, error."""
    from checkov.common.checks.base_check import BaseCheck

    runs: list[list[Any]] = []
    original = BaseCheck.run

    def hear(self: Any, *arguments: Any, **named: Any) -> Any:
        said = dict(zip(_ARGUMENTS, arguments, strict=False)) | named
        conf = said["entity_configuration"]
        conf = conf if isinstance(conf, dict) else {}
        first = conf.get("__startline__", conf.get("__start_line__"))
        first = first[0] if isinstance(first, list) and first else first
        heard = [*(str(said[name]) for name in _HEARD), first, self.id]
        try:
            result = original(self, *arguments, **named)
        except Exception as error:
            runs.append([*heard, "error", type(error).__name__])
            raise
        verdict = result["result"]
        # Some answer with the configuration at fault beside the verdict.
        verdict = verdict[0] if isinstance(verdict, tuple) else verdict
        word = getattr(verdict, "value", None)
        if word is None:
            runs.append([*heard, "error", "no verdict"])
        else:
            runs.append([*heard, str(word).lower(), None])
        return result

    setattr(BaseCheck, "run", hear)  # noqa: B010 (mypy knows it as a method)
    return runs


def _hear_loading() -> tuple[list[list[str]], list[str]]:
    """External checks from now on: the files that do not load, with why, and those that do."""
    from checkov.common.checks.base_check_registry import BaseCheckRegistry

    unloaded: list[list[str]] = []
    loaded: list[str] = []
    original = BaseCheckRegistry._exec_check_from_disk  # noqa: SLF001 (the only place that knows)

    def hear(self: Any, check_name: str, check_full_path: str) -> None:
        try:
            original(self, check_name, check_full_path)
        except Exception as error:
            unloaded.append([check_full_path, _place(error)])
            raise
        loaded.append(check_full_path)

    setattr(BaseCheckRegistry, "_exec_check_from_disk", hear)  # noqa: B010 (as above)
    return unloaded, loaded


def _records(report: Any, folder: str | None, file: str | None) -> list[dict[str, Any]]:
    """What the report says, without the code that it quotes: that may hold credentials."""
    return [
        {
            "verdict": part.removesuffix("_checks"),
            "check": record.check_id,
            "name": record.check_name,
            "file": file or _absolute(str(record.file_path), folder),
            "lines": list(record.file_line_range or ()),
            "resource": str(record.resource),
            "comment": record.check_result.get("suppress_comment"),
            "severity": record.severity.name if record.severity else None,
            "module": record.check_class,
            "guideline": record.guideline,
        }
        for part in _PARTS
        for record in getattr(report, part)
    ]


def _files(folder: str) -> list[str]:
    return sorted(str(path) for path in Path(folder).rglob("*") if path.is_file())


def _absolute(file: str, folder: str | None) -> str:
    """Some runners speak of a file from the root of what they were given."""
    return file if file.startswith(f"{folder}/") else f"{folder}/{file.lstrip('/')}"


def _place(error: Exception) -> str:
    """The type of an error and the file of ours or theirs where it was raised: no value."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
