"""Files that say with which values others are deployed, where Checkov does not read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from hubwarden_policies.gates.stock_checkov.fault import Fault
from hubwarden_policies.gates.stock_checkov.inputs import Input


def unread_values(files: Sequence[Input], var_files: Collection[Path]) -> Iterator[Fault]:
    """Each of them: the files that they belong to are judged with other values than deployed."""
    given = {file.resolve() for file in var_files}
    for one in files:
        if one.kind == "parameters":
            yield Fault(
                one.shown,
                "unread-parameters",
                "Checkov does not read parameter files, and judges a template by its defaults "
                "only; use `hubwarden check TEMPLATE --parameters FILE`, or leave this file out "
                "by --skip-path.",
            )
        elif one.kind == "opentofu":
            yield Fault(
                one.shown,
                "unread",
                "Checkov does not read OpenTofu's own files; give it the plan "
                "(`tofu show -json`), or leave this file out by --skip-path.",
            )
        elif one.kind == "variables" and not _is_read(one, given):
            yield Fault(
                one.shown,
                "unread-variables",
                "Checkov does not read it, and judges the files by other values; name it by "
                "--var-file, or leave it out by --skip-path.",
            )


def _is_read(one: Input, given: Collection[Path]) -> bool:
    return _is_automatic(Path(one.shown).name) or Path(one.shown).resolve() in given


def unnamed_values(files: Sequence[Path]) -> Iterator[Fault]:
    """Variables that Terraform would read beside files that were named one by one."""
    for folder in dict.fromkeys(file.parent for file in files if file.suffix == ".tf"):
        for beside in sorted(folder.glob("*.tfvars*")):
            if _is_automatic(beside.name) and beside not in files:
                yield Fault(
                    str(beside),
                    "unread-variables",
                    "Terraform reads it beside the files that were named by -f, and Checkov does "
                    f"not; give the folder instead: `-d {folder}`.",
                )


def _is_automatic(name: str) -> bool:
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith(
        (".auto.tfvars", ".auto.tfvars.json")
    )
