"""What stock Checkov says of the cases: `python -m tests.corpus.files.stock` writes stock.json.

Checkov is asked as its command line asks it, in a fork for each case, because it takes seconds to
start. Of its own checks the two on the network of a vault and of a hub take part; it has none for
the keys of a hub, so one of the usual kind is written for it here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.corpus.files.case import Case

FILE: Final = Path(__file__).with_name("stock.json")
_CHECKS: Final = "CKV_CORPUS_1,CKV_AZURE_189,CKV_AZURE_108"
_FRAMEWORKS: Final = {
    "ARM": "arm",
    "More ARM": "arm",
    "Places": "arm",
    "Bicep": "bicep",
    "More Bicep": "bicep",
    "Terraform": "terraform,terraform_json",
    "Terraform plan": "terraform_plan",
}
_CHECK: Final = """
from checkov.arm.base_resource_check import BaseResourceCheck as Arm
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck as Terraform


def first(value):
    return value[0] if isinstance(value, list) and value else value


KIND = {{"name": "keys", "id": "{id}", "categories": (CheckCategories.IAM,)}}


class OfArm(Arm):
    def __init__(self):
        super().__init__(supported_resources=("{type}",), **KIND)

    def scan_resource_conf(self, conf):
        {body}


class OfTerraform(Terraform):
    def __init__(self):
        super().__init__(supported_resources=("azurerm_iothub", "azapi_resource"), **KIND)

    def scan_resource_conf(self, conf):
        if self.entity_type == "azurerm_iothub":
            closed = first(conf.get("local_authentication_enabled")) in (False, "false")
            return CheckResult.PASSED if closed else CheckResult.FAILED
        if not str(first(conf.get("type"))).lower().startswith("microsoft.devices/iothubs@"):
            return CheckResult.UNKNOWN
        body = first(conf.get("body"))
        properties = first(body.get("properties")) if isinstance(body, dict) else None
        said = first(properties.get("disableLocalAuth")) if isinstance(properties, dict) else None
        return CheckResult.PASSED if said in (True, "true") else CheckResult.FAILED


OfArm(), OfTerraform()
"""
_BODY: Final = """properties = conf.get("properties")
        said = properties.get("disableLocalAuth") if isinstance(properties, dict) else None
        if isinstance(said, str) and said.startswith("["):
            return CheckResult.UNKNOWN
        return CheckResult.PASSED if said in (True, "true") else CheckResult.FAILED"""


def _check(
    body: str = _BODY, *, check: str = "CKV_CORPUS_1", arm_type: str = "Microsoft.Devices/IotHubs"
) -> str:
    return _CHECK.format(id=check, body=body, type=arm_type)


_VAULTS: Final = "Microsoft.KeyVault/vaults"
_EXTERNAL: Final[Mapping[str, Mapping[str, str]]] = {
    "": {"__init__.py": "", "keys.py": _check()},
    "no folder of the policy": {},
    "an empty folder of the policy": {"keys.py": _check()},
    "settings that are no TOML": {"__init__.py": "", "keys.py": "def (:\n"},
    "settings that nobody knows": {"__init__.py": "", "keys.py": _check('raise KeyError("x")')},
    "levels that are no object": {"__init__.py": "", "keys.py": _check("return None")},
    "levels of a rule that is not there": {
        "__init__.py": "",
        "keys.py": _check(check="CKV_AZURE_189", arm_type=_VAULTS),
    },
}
# In the child: one fork a case, so that none meets what another one left behind.
_CHILD: Final = """
import json, os, sys
from checkov.main import Checkov

def ask(argv, out):
    pid = os.fork()
    if not pid:
        # The configuration is looked for beside what the command line names.
        sys.argv = ["checkov", *argv]
        handle = os.open(out, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        code = 2
        try:
            code = Checkov(argv=argv).run() or 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            code = 2
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], "code": ask(asked["argv"], asked["out"])}), flush=True)
"""


def measured(cases: Iterable[Case]) -> dict[str, str]:
    """Checkov's verdict on each case that it has a framework for, by the case's id."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        asked = {one.id: one for one in cases if one.group in _FRAMEWORKS}
        lines = [_asked(one, root / f"{n}") for n, one in enumerate(asked.values())]
        done = subprocess.run(
            [sys.executable, "-c", _CHILD],
            input="\n".join(map(json.dumps, lines)),
            capture_output=True,
            encoding="utf-8",
            cwd=root,
            env={
                **os.environ,
                "HOME": folder,
                "LOG_LEVEL": "ERROR",
                "CKV_IGNORE_HIDDEN_DIRECTORIES": "True",
            },
            timeout=900,
            check=True,
        )
        codes = {said["id"]: said["code"] for said in map(json.loads, done.stdout.splitlines())}
        outs = {line["id"]: Path(line["out"]) for line in lines}
        return {key: _verdict(asked[key], codes[key], outs[key]) for key in asked}


def _asked(one: Case, folder: Path) -> dict[str, Any]:
    external = folder / "external"
    for name, text in _EXTERNAL[one.name if one.name in _EXTERNAL else ""].items():
        external.mkdir(parents=True, exist_ok=True)
        (external / name).write_text(text, encoding="utf-8")
    scanned = folder / "scanned"
    one.write(scanned)
    # A file of Checkov's own is found in the folder that it is told.
    target = scanned / one.target
    what = "-f" if one.target.endswith((".json", ".bicep")) else "-d"
    checks = "CKV_AZURE_99999" if one.name == "a rule is asked for that is not there" else _CHECKS
    framework = "arm" if one.name.startswith("ARM is expected") else _FRAMEWORKS[one.group]
    argv = ["--framework", framework, "--skip-download", what, str(target)]
    argv += ["--external-checks-dir", str(external), "-o", "json", "-c", checks]
    return {"id": one.id, "argv": argv, "out": str(folder / "out")}


def _verdict(one: Case, code: int, out: Path) -> str:
    if code not in (0, 1):
        return "breaks"
    failing, broken = _failing(out)
    if code == 0:
        if not one.bad:
            return "passes"
        return "silent" if not failing else "finds, exit 0"
    if not failing:
        return "refuses" if broken else "exit 1"
    return "finds" if len(failing) >= one.bad else f"finds {len(failing)} of {one.bad}"


def _failing(out: Path) -> tuple[set[str], int]:
    """The resources of failed checks, and how many files it says it could not read."""
    text = out.read_text(encoding="utf-8", errors="replace") if out.exists() else ""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    if not starts:
        return set(), 0
    said = json.loads(text[min(starts) :])
    reports = said if isinstance(said, list) else [said]
    found = [one["results"] for one in reports if "results" in one]
    failed = {(c["file_path"], c["resource"]) for one in found for c in one["failed_checks"]}
    return {f"{pair}" for pair in failed}, sum(len(one.get("parsing_errors", ())) for one in found)


def version() -> str:
    """The version of Checkov that is installed."""
    from importlib.metadata import version as of

    return of("checkov")


def main() -> None:
    """Measure all cases."""
    from tests.corpus.files.all_cases import CASES

    # What never ends keeps Checkov for ever too.
    verdicts = measured(one for one in CASES if not one.endless)
    told = json.dumps({"version": version(), "verdicts": verdicts}, indent=1, ensure_ascii=False)
    FILE.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
