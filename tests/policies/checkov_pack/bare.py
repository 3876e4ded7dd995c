"""Stock Checkov among its own libraries only, as in an environment without hubwarden.

A double of such an environment: the interpreter is started without its site, so that no editable
install is found, and is told where the libraries lie; of these, what Checkov does not bring is
hidden, but for what BARE_SHOWN names. It does not imitate other versions of Checkov's libraries.
"""

import os
import sys
from importlib.metadata import distributions
from typing import Any

site, *arguments = sys.argv[1:]
sys.path.append(site)
# What hubwarden needs beyond Checkov, and hubwarden itself.
HIDDEN = {
    "hubwarden_cli", "hubwarden_infra", "typer", "rich", "tree_sitter", "tree_sitter_bicep",
    "pulumi", "pulumi_azure_native", "pulumi_policy", "grpc", "cryptography", "azure", "anyio",
} - set(os.environ.get("BARE_SHOWN", "").split())  # fmt: skip


class Hidden:
    """Finds nothing of what is hidden."""

    def find_spec(self, name: str, *_: Any) -> None:
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Hidden())
try:
    import hubwarden_policies  # noqa: F401
except ModuleNotFoundError:
    pass
else:
    sys.exit("hubwarden is installed here, so nothing would be proved")

sys.argv = ["checkov", *arguments]
assert any(one.name == "checkov" for one in distributions(path=[site]))
from checkov.main import Checkov  # noqa: E402

sys.exit(Checkov().run())
