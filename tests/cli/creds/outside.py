"""`creds` as a process of its own over a double in another one: argv is an address and a command.

`python -m tests.cli.creds.outside JSON COMMAND…`. Time is the machine's; everything is quick.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from hubwarden_cli.creds.group import group
from hubwarden_cli.guard import guarded
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.local_azure.drill.runner import QUICK
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.streams import stand_in


def access(where: dict[str, Any], who: str) -> Access:
    """The double that listens there."""
    return Access(LocalEndpoints(**where), LocalCredential(who), pace=QUICK)


def main() -> int:
    """As the entry point of the command does it."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        stand_in()
    given = json.loads(sys.argv[1])
    app = group(lambda _cloud: access(given["where"], given["who"]))

    def run() -> int:
        app(sys.argv[2:])
        return 0

    return guarded(run)


if __name__ == "__main__":
    sys.exit(main())
