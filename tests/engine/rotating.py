"""The shipped stack in the local double of Azure: deployed by Pulumi, rotated by hubwarden."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tests.cli.rotation.site import Site, resumed_jobs
from tests.engine.deploying import Deployment
from tests.engine.users import Users

from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.policies import Policy
from hubwarden_cli.local_azure.resource import Resource, fields
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.journal import journals
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.plan import RunPlan
from hubwarden_cli.rotation.result import Result
from hubwarden_cli.rotation.survey import survey

GRACE: Final = timedelta(seconds=1)
LINK: Final = "dps-link"
_SHIPPED: Final = "network, uploads=uploads, dps_link=True)"
# A team's own lines in the shipped program: a second policy, for a service, and a tag of its own.
_OWN: Final = """\
def own(args):
    args.tags = {{**args.tags, "line": {line!r}}}
    args.properties.authorization_policies.append(
        {{"key_name": "service", "rights": "ServiceConnect"}}
    )


def own_dps(args):
    args.tags = {{**args.tags, "line": {dps_line!r}}}


"""


class Quick(Site):
    """Runs in seconds of the machine's own clock."""

    @property
    def access(self) -> Access:
        pace = Pace(0.05, 2, 2, 20, timedelta(seconds=5), 0.2, 60, spread=0.2)
        return Access(self.azure.endpoints(), self.azure.credential, self.azure.clock, pace)

    def ready(self, *declared: Credential) -> None:
        """Return when nobody may hold a key that the next run takes away."""
        for _ in range(200):
            (found,) = survey(self.access, declared)
            if not any(one.blocked for one in found.standings):
                return
            self.azure.clock.sleep(0.05)
        raise AssertionError(found)

    def resume(self) -> Result:
        """Go on with the only run, to its end."""
        (journal,) = journals(self.folder / "rotations")
        plan, entries = journal.read()
        jobs = resumed_jobs(self.access, RunPlan.model_validate(plan), journal.run, entries)
        return self._go(jobs, journal, 60)


@dataclass
class Plant:
    """The dev stack, the Azure it is in, and everybody who uses its keys.

    `users.refused` is what anybody was refused, looked for after every request to Azure.
    """

    deployment: Deployment
    azure: LocalAzure
    site: Quick
    users: Users
    line: str = "1"
    dps_line: str = "1"
    vault: str = field(init=False)
    _shipped: str = field(init=False)

    def __post_init__(self) -> None:
        self._shipped = self._program.read_text("utf-8")
        self.up()
        (stack,) = (one for one in self.deployment.state() if one["type"] == "pulumi:pulumi:Stack")
        # The stack's vault is in the provider double, which keeps no secrets.
        self.vault = stack["outputs"]["vault"]
        self.azure.add_vault(self.vault)
        self.users.device(self.dps.name)

    @property
    def _program(self) -> Path:
        return self.deployment.project / "infra" / "__main__.py"

    def up(self, **changed: str) -> str:
        """Deploy; `line` and `dps_line` are the tags of hub and DPS. What the CLI says."""
        for name, text in changed.items():
            setattr(self, name, text)
        program = self._shipped
        for old, new in (
            ('hub = Hub("', f'{_OWN.format(line=self.line, dps_line=self.dps_line)}hub = Hub("'),
            (_SHIPPED, f'{_SHIPPED[:-1]}, transform={{"hub": own}})'),
            ("hubs=[hub])", 'hubs=[hub], transform={"dps": own_dps})'),
        ):
            assert program.count(old) == 1, old
            program = program.replace(old, new)
        self._program.write_text(program, "utf-8")
        done = self.deployment.up()
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _resource(self, kind: str) -> Resource:
        (found,) = (one for one in self.azure.world.resources.values() if one.kind == kind)
        return found

    @property
    def hub(self) -> ResourceId:
        return self._resource("hub").id

    @property
    def dps(self) -> ResourceId:
        return self._resource("dps").id

    def policy(self, name: str) -> Policy:
        """A policy of the hub with its keys."""
        return self.azure.world.policy("hub", self.hub.name, name)

    @property
    def linked(self) -> str:
        """The key by which the DPS registers devices at the hub."""
        (link,) = self._resource("dps").stored["properties"]["iotHubs"]
        return fields(link["connectionString"])["SharedAccessKey"]

    def published(self, policy: str) -> str:
        """The key that readers of the vault get."""
        store = self.azure.world.vaults[self.vault].store
        return fields(store.find(f"hub-{policy}", "")[1].value)["SharedAccessKey"]

    def declared(self) -> list[Credential]:
        """Both policies of the hub, due at once."""
        common: dict[str, Any] = {
            "resource": self.hub.path,
            "vault": self.vault,
            "max_age": timedelta(),
        }
        return [
            self.site.declared("service", **common),
            self.site.declared(LINK, links=(self.dps.path,), **common),
        ]

    def use(self) -> None:
        """Publish the keys, and let services use one: one that reads anew, and the slowest."""
        self.site.adopt(*self.declared())
        for who, cache in (("who reads anew", 0.0), ("who keeps it", GRACE.total_seconds())):
            self.users.reader(who, self.hub.name, self.vault, "hub-service", cache=cache)

    def rotate(self, wait: float = 60) -> Result:
        """A run for both policies, which ends where it has to wait for longer."""
        declared = self.declared()
        self.site.ready(*declared)
        return self.site.run(*declared, wait=wait)

    def tagged(self, kind: str) -> str:
        return str(self._resource(kind).stored["tags"]["line"])

    def writes(self, kind: str) -> int:
        """How often the hub or the DPS was written as a whole."""
        return len(self.azure.log.entries("PUT", self._resource(kind).id.path))
