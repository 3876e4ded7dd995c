"""The examples on the pages of the rules, as stacks that can be run."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.page import PROGRAM_FILE
from hubwarden_policies.rule import Rule
from hubwarden_policies.rules import PREAMBLE

FLAG: Final = "# flagged"
_KEY: Final = b64encode(b"planted" * 4 + b"key!").decode()
_NAMED: Final = "SharedAccessKeyName=service;SharedAccessKey="
_ACCOUNT_KEY: Final = b64encode(b"planted" * 9 + b"!").decode()
# What the examples read from the config, in the form that it has.
SECRETS: Final = {
    "hubKey": _KEY,
    "enrolKey": _KEY,
    "alarms": f"Endpoint=sb://plant.servicebus.windows.net/;{_NAMED}{_KEY};EntityPath=alarms",
    "hub": f"HostName=plant.azure-devices.net;{_NAMED}{_KEY}",
    "storageKey": _ACCOUNT_KEY,
    "uploads": f"DefaultEndpointsProtocol=https;AccountName=uploads;AccountKey={_ACCOUNT_KEY}",
    "caKey": _KEY,
}
_NETWORK: Final = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network"
OPEN: Final = {
    "plant:subnet": f"{_NETWORK}/virtualNetworks/plant/subnets/endpoints",
    "plant:hubZone": f"{_NETWORK}/privateDnsZones/privatelink.azure-devices.net",
    "plant:eventsZone": f"{_NETWORK}/privateDnsZones/privatelink.servicebus.windows.net",
    "plant:tenant": "6f0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a11",
    "plant:caCertificate": "what it says is not judged where an example takes it from here",
}


@dataclass(frozen=True)
class Example:
    """One block of one rule's page, as a stack of its own; `file` is where its text stands."""

    rule: Rule
    bad: bool

    @property
    def stack(self) -> str:
        return f"{self.rule.id}-{'bad' if self.bad else 'good'}"

    @property
    def is_program(self) -> bool:
        return self.rule.page.file == PROGRAM_FILE

    @property
    def file(self) -> str:
        return f"examples/{self.stack}.py" if self.is_program else f"Pulumi.{self.stack}.yaml"

    @property
    def text(self) -> str:
        block = self.rule.page.bad if self.bad else self.rule.page.good
        return f"{PREAMBLE}\n{block}\n" if self.is_program else f"{block}\n"

    @property
    def flagged(self) -> set[int]:
        lines = enumerate(self.text.splitlines(), 1)
        return {number for number, line in lines if line.endswith(FLAG)}

    def write(self, folder: Path) -> None:
        config: dict[str, object] = {f"plant:{name}": {"secure": "v1:a:b"} for name in SECRETS}
        files = {
            f"examples/{self.stack}.py": f"{PREAMBLE}\n",
            f"Pulumi.{self.stack}.yaml": yaml.safe_dump({"config": {**config, **OPEN}}),
            self.file: self.text,
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")


# The rules on what a program declares; what an update takes away no program tells.
DECLARING: Final = [rule for rule in RULES if not rule.page.file.endswith(".json")]
EXAMPLES: Final = [Example(rule, bad) for rule in DECLARING for bad in (True, False)]
