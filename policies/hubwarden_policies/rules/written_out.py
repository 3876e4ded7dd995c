"""Config and source: keys that are written out."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hubwarden_policies.model import Location, Stack, walk
from hubwarden_policies.rule import CRITICAL, Verdicts, Violation, rule
from hubwarden_policies.views.credentials import find_credentials
from hubwarden_policies.views.subjects import program_subject, stack_subject

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPENT = "Then change the key in Azure: whoever has the repository has it."


@rule(
    "Stack config holds a key in clear",
    severity=CRITICAL,
    practices=("O5", "P2"),
    fix=(
        "Set it again with `pulumi config set --secret NAME` and read it with "
        f"`config.require_secret`. {_SPENT}"
    ),
    covers=("config-no-plain-connection-string",),
    maps={"MCSB v1": ("IM-8",)},
    no_unknown="a value in a stack file is always known, or encrypted",
)
def config_connection_string(stack: Stack) -> Verdicts:
    """
    A stack file is committed, cloned and backed up. A connection string or a signed token in it is
    known to everyone who ever had the repository; `pulumi config set --secret` encrypts it with
    one word more.

    This rule owns the stack files and Pulumi.yaml; where such a value leaves the program again, the
    rules on leaks report that as well.

    Bad (Pulumi.dev.yaml)::

        config:
          plant:hub: HostName=plant.azure-devices.net;SharedAccessKey=PLANTED  # flagged

    Good (Pulumi.dev.yaml)::

        config:
          plant:hub:
            secure: v1:PLANTED:PLANTED
    """
    for name, held in stack.config.items():
        for path, value, secret in walk(held.value, held.path or f"config.{name}"):
            if secret or not isinstance(value, str):
                continue
            found = next(find_credentials(value), None)
            if found is not None:
                place = () if held.location is None else (held.location,)
                message = f"{found.what} stands in clear in the config"
                yield Violation(stack_subject(stack), path, message, locations=place)


@rule(
    "Source holds a key",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=(
        "Take it out of the file, set it with `pulumi config set --secret NAME` and read it with "
        f"`config.require_secret`, or use a managed identity. {_SPENT}"
    ),
    covers=("source-no-iot-connection-string", "secret-storage-key-in-source"),
    maps={"MCSB v1": ("IM-8",)},
    no_unknown="a source text is always known",
)
def source_connection_string(stack: Stack) -> Verdicts:
    """
    A key that is written out in a file is known to everyone who ever had the repository, for as
    long as its history lives. Found are keys of hubs, devices, provisioning services, event hubs,
    service buses and storage accounts, and signed tokens, also in comments and joined from two
    literals. The public keys of the storage and Cosmos DB emulators pass.

    The values of stack files belong to `config-connection-string`, each with its stack.

    Bad::

        hub = (
            "HostName=plant.azure-devices.net;SharedAccessKeyName=service;"
            "SharedAccessKey=PLANTED"  # flagged
        )

    Good::

        hub = config.require_secret("hub")
    """
    subject = program_subject(stack)
    for file, text in stack.sources.items():
        if _of_another_stack(file, stack.name):
            continue
        configured = tuple(_configured(stack, file))
        seen: dict[str, int] = {}
        line, counted = 1, 0
        for found in find_credentials(text):
            # A line number would make a new finding of it whenever something above it changes.
            key = f"{found.what};{found.about}"
            seen[key] = seen.get(key, 0) + 1
            line, counted = line + text.count("\n", counted, found.start), found.start
            if not any(text[found.start : found.end] in value for value in configured):
                column = found.start - text.rfind("\n", 0, found.start)
                yield Violation(
                    subject,
                    f"source:{file}",
                    f"{found.what} is written out",
                    locations=(Location(file, line, column),),
                    key=f"{key};{seen[key]}",
                )


def _of_another_stack(file: str, stack: str) -> bool:
    name = PurePosixPath(file).name
    return name.startswith("Pulumi.") and name not in (
        "Pulumi.yaml", "Pulumi.yml", f"Pulumi.{stack}.yaml", f"Pulumi.{stack}.yml",
    )  # fmt: skip


def _configured(stack: Stack, file: str) -> Iterator[str]:
    """The plain values of the stack's config that stand in this file."""
    for held in stack.config.values():
        if held.location is not None and held.location.file == file:
            for _, value, _ in walk(held.value):
                if isinstance(value, str):
                    yield value
