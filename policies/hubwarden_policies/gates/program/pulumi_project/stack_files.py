"""The configuration of one stack: its file, and what Pulumi.yaml says for all stacks.

Nothing is decrypted: an encrypted value is `{"$hw": "secret"}` at any depth, and the recorder
puts a marked stand-in there. Source of the rules: Pulumi's `sdk/go/common/resource/config` and
`sdk/go/common/workspace` (project.go, config.go).
"""

from __future__ import annotations

import difflib
import json
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.pulumi_project.project_error import (
    USAGE,
    ProjectError,
    kind_of,
    read_mapping,
)
from hubwarden_policies.model import UNKNOWN, ConfigValue, Location, Secret
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hubwarden_policies.gates.program.pulumi_project.marked_yaml import Marked
    from hubwarden_policies.gates.program.pulumi_project.project import Project

SECRET: Final = {"$hw": "secret"}


@record
class StackConfig:
    """What a program of this stack is configured with, keyed `namespace:key`.

    `values` are as Pulumi hands them over: a scalar's text as written, a list or mapping as JSON;
    `SECRET` stands for an encrypted value, also within that JSON. `judged` are the same values as
    the rules see them, with their places. `file` is the stack's file relative to the project (for
    a made-up stack the one that could be written); `environments` are the Pulumi ESC environments
    that it names, whose values nobody here can see.
    """

    name: str
    file: str
    values: Mapping[str, Any] = field(default_factory=dict)
    judged: Mapping[str, ConfigValue] = field(default_factory=dict)
    environments: tuple[str, ...] = ()


def read_stack(project: Project, name: str) -> StackConfig:
    """The configuration of one stack of the project; raises `ProjectError`."""
    path = project.stack_file(name)
    if path is None and name not in project.stacks:
        raise _unknown(project, name)
    file = project.relative(path or project.stack_folder / f"Pulumi.{name}.yaml")
    root = read_mapping(path, file) if path else None
    entries = dict(_entries(root.get("config") if root else None, project, file))
    environments = _environments(root.get("environment") if root else None)
    for key, item in _defaults(project):
        if item is None and path and not environments and key not in entries:
            raise ProjectError(
                "missing-config",
                f"{project.file} declares `{key}` without a default and {file} does not set it;"
                f" run `pulumi config set {key} VALUE`.",
                Location(file, 1),
            )
        if item is not None:
            entries.setdefault(key, (item, project.file))
    return StackConfig(
        name=name,
        file=file,
        values={key: _text(item) for key, (item, _) in entries.items()},
        judged={
            key: ConfigValue(_judged(item), Location(where, item.line, item.column))
            for key, (item, where) in entries.items()
        },
        environments=environments,
    )


def _unknown(project: Project, name: str) -> ProjectError:
    if project.made_up:
        rest = f"no stack file at all; without --stack it is checked as `{project.stacks[0]}`."
    else:
        near = difflib.get_close_matches(name, project.stacks, n=1, cutoff=0.4)
        guess = f"; did you mean {near[0]}?" if near else "; name one of these."
        rest = f"no stack {name}, only {', '.join(project.stacks)}{guess}"
    return ProjectError("unknown-stack", f"Project {project.name} has {rest}", exit_code=USAGE)


def _entries(
    config: Marked | None, project: Project, file: str
) -> Iterator[tuple[str, tuple[Marked, str]]]:
    """The values of a stack file by their full key."""
    if config is None or config.value is None:
        return
    if not isinstance(config.value, dict):
        raise ProjectError(
            "bad-config",
            f"`config:` in {file} must be a mapping, not {kind_of(config)}.",
            Location(file, config.key_line, config.key_column),
        )
    for key, item in config.items():
        yield _full_key(key, project, file, item), (item, file)


def _full_key(key: str, project: Project, file: str, item: Marked) -> str:
    match key.split(":"):
        case [name]:
            return f"{project.name}:{name}"
        case [namespace, "config", name] | [namespace, name] if namespace and name:
            # The one with three parts is how the first Pulumi wrote it, and still read.
            return f"{namespace}:{name}"
    raise ProjectError(
        "bad-config",
        f"`{key}` in {file} is no configuration key; write `namespace:key`.",
        Location(file, item.key_line, item.key_column),
    )


def _defaults(project: Project) -> Iterator[tuple[str, Marked | None]]:
    """What Pulumi.yaml gives every stack: a value, or None where a stack must set it itself."""
    if project.config is None:
        return
    for key, item in project.config.items():
        full = _full_key(key, project, project.file, item)
        if not isinstance(item.value, dict):
            yield full, item
        elif (given := item.get("value") or item.get("default")) is not None:
            yield full, given
        elif item.get("type") is not None:
            yield full, None


def _environments(item: Marked | None) -> tuple[str, ...]:
    if item is None:
        return ()
    if isinstance(item.value, list):
        return tuple(entry.text or "an environment with options" for entry in item.value)
    return (item.text or "an environment of its own",) if item.value is not None else ()


def _text(item: Marked) -> Any:
    if _is_secret(item):
        return SECRET
    if isinstance(item.value, dict | list):
        return json.dumps(_json(item), separators=(",", ":"), sort_keys=True)
    return item.text


def _json(item: Marked) -> Any:
    if _is_secret(item):
        return SECRET
    if isinstance(item.value, dict):
        return {key: _json(entry) for key, entry in item.items()}
    if isinstance(item.value, list):
        return [_json(entry) for entry in item.value]
    return item.value


def _judged(item: Marked) -> Any:
    if _is_secret(item):
        return Secret(UNKNOWN)
    if isinstance(item.value, dict):
        return {key: _judged(entry) for key, entry in item.items()}
    if isinstance(item.value, list):
        return [_judged(entry) for entry in item.value]
    return item.text if isinstance(item.value, str) else item.value


def _is_secret(item: Marked) -> bool:
    return isinstance(item.value, dict) and item.value.keys() == {"secure"}
