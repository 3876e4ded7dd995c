"""The resource names of the installed azure-native SDK in the modules that hold types of ours.

Run as a program, it writes data/sdk-names.json for the SDK that is installed:

    python tests/policies/gates/program/sdk_names.py
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[4] / "policies" / "hubwarden_policies" / "data"
LEGEND = (
    "The resource names of pulumi-azure-native by module, for the modules with a type in"
    " arm-types.json: its own and, for modules of version 2, those that its aliases name."
    " A token of these modules with another name is one that nobody here knows."
)


def sdk_folder() -> Path:
    """Where the SDK is installed; not imported, which would take seconds."""
    spec = importlib.util.find_spec("pulumi_azure_native")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def names() -> dict[str, Any]:
    """What data/sdk-names.json must hold for this SDK."""
    types = json.loads((DATA / "arm-types.json").read_text())["types"].values()
    tokens = [t["pulumi"]["token"] for t in types if "pulumi" in t]
    tokens += [s for t in types if "pulumi" in t for s in t["pulumi"]["other_spellings"]]
    modules: dict[str, set[str]] = defaultdict(set, {t.split(":")[1]: set() for t in tokens})
    registered = (sdk_folder() / "__init__.py").read_text()
    found = re.findall(r'"azure-native:([a-z0-9]+):(\w+)": "', registered)
    for path in sdk_folder().glob("*/*.py"):
        if not path.name.startswith(("_", "get_", "list_")):
            text = path.read_text()
            found += re.findall(r'type_="azure-native:([a-z0-9]+)(?:/\w+)?:(\w+)"', text)
    for module, name in found:
        if module in modules:
            modules[module].add(name)
    version = importlib.metadata.version("pulumi-azure-native")
    sorted_names = {module: sorted(modules[module]) for module in sorted(modules)}
    return {"legend": LEGEND, "version": version, "modules": sorted_names}


if __name__ == "__main__":
    table = names()
    lines = [f"  {json.dumps(m)}: {json.dumps(n)}" for m, n in table["modules"].items()]
    head = f' "legend": {json.dumps(table["legend"])},\n "version": {json.dumps(table["version"])},'
    text = "{\n" + head + '\n "modules": {\n' + ",\n".join(lines) + "\n }\n}\n"
    (DATA / "sdk-names.json").write_text(text)
