"""What a failure means for the exit code, and what to say of it."""

from __future__ import annotations

from hubwarden_cli.azure.failures import (
    Failure,
    Forbidden,
    Missing,
    NoCredential,
    Refused,
    Throttled,
    Unreachable,
    Untrusted,
)
from hubwarden_cli.creds.exits import Exit, Halt
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.hooks import HookFailed
from hubwarden_cli.rotation.journal import JournalFull
from hubwarden_cli.rotation.lock import Taken


def judged(error: Failure | Refusal, *, usage: Exit = Exit.USAGE) -> tuple[Exit, str]:
    """The exit code and the sentence; `usage` is the code of a refusal that says nothing else."""
    if isinstance(error, Refusal):
        return _of_refusal(error, usage), str(error)
    if isinstance(error, Taken):
        return Exit.CONFLICT, str(error)
    if isinstance(error, Untrusted):
        return Exit.REFUSED, str(error)
    if isinstance(error, Unreachable):
        return Exit.REFUSED, (
            f"{error} Run inside the network that reaches {error.host}:{error.port}."
        )
    if isinstance(error, Forbidden):
        return Exit.REFUSED, (
            f"{error} `hubwarden creds doctor` tries the rights, `--role` prints those needed."
        )
    if isinstance(error, Missing):
        return Exit.REFUSED, (
            f"{error} Compare the ids in consumers.toml and the subscription; a hub in failover"
            " answers so too."
        )
    # 409 and 412 too: what changes right now can be asked again.
    settled = isinstance(error, Refused) and error.status not in {409, 412}
    if settled and not isinstance(error, Throttled):
        return Exit.REFUSED, str(error)
    return Exit.LATER, f"{error} Try again later; a run that has begun: `hubwarden creds resume`."


def _of_refusal(error: Refusal, usage: Exit) -> Exit:
    if isinstance(error, Halt):
        return error.code
    if isinstance(error, JournalFull | HookFailed):
        return Exit.LATER
    return Exit.REFUSED if isinstance(error, NoCredential) else usage
