"""What only an update knows: the rows of the README's table that no preview decides."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment, Engine

PACK = {"PULUMI_OPTION_POLICY_PACK": "policies"}
# What these programs are not about.
LEVELS = dict.fromkeys(
    (
        "dps-unlisted-policy",
        "dps-without-logs",
        "hub-unreachable",
        "hub-without-logs",
        "stateful-unprotected",
    ),
    "disabled",
)
GUARD = "from hubwarden_policies.gates.guard import guard\nguard()\n"
FIRST = "group = resources.ResourceGroup("
# Azure gives the id, and so the value, when the group is there.
LATE = 'hub("late", min_tls_version=group.id.apply(lambda id_: "1.0" if id_ else "1.2"))\n'
KEY = """\
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    resource_group_name=group.name, resource_name=group.name, key_name="service"
)
pulumi.export(
    "connection",
    keys.primary_key.apply(lambda key: f"HostName=plant.azure-devices.net;SharedAccessKey={key}"),
)
"""


@pytest.fixture
def ending(engine: Engine, copied: Callable[[str], Path]) -> Callable[..., Deployment]:
    """A new deployment of a program without a fault that ends with these lines."""

    def make(lines: str, *, guard: bool = False) -> Deployment:
        project = copied("examples/faults")
        (project / ".venv").symlink_to(sys.prefix)
        (project / "Pulumi.dev.yaml").write_text("config: {}\n")
        (project / "policy.dev.json").write_text(json.dumps(LEVELS))
        program = project / "__main__.py"
        text = program.read_text() + lines
        program.write_text(text.replace(FIRST, GUARD + FIRST, 1) if guard else text)
        return engine.deployment(project)

    return make


@pytest.mark.parametrize(("guard", "variables"), [(False, PACK), (True, {})])
def test_a_value_that_azure_gives_is_judged_in_the_update(
    ending: Callable[..., Deployment], guard: bool, variables: dict[str, str]
) -> None:
    deployment = ending(LATE, guard=guard)
    preview = deployment.pulumi("preview", **variables)
    assert preview.returncode == 0, preview.stdout
    done = deployment.pulumi("up", "--yes", **variables)
    assert done.returncode != 0
    assert "hub-old-tls" in done.stdout
    assert deployment.names() == {"resources:ResourceGroup group"}


def test_a_key_that_azure_gives_fails_the_update_after_the_fact(
    ending: Callable[..., Deployment],
) -> None:
    deployment = ending(KEY)
    preview = deployment.pulumi("preview", **PACK)
    assert preview.returncode == 0, preview.stdout
    done = deployment.pulumi("up", "--yes", **PACK)
    assert done.returncode != 0
    assert re.search(r"\[mandatory\] .* credential-in-output ", done.stdout)
    assert deployment.names() == {"resources:ResourceGroup group"}


WAITING = {
    "dps-unknown-hub": (
        'dps("dps-unknown-hub", iot_hubs=[{"location": "westeurope", "connection_string": '
        "pulumi.Output.secret(KEY)}])\n"
    ),
    "law-silent-cap": (
        'operationalinsights.Workspace("law-silent-cap", resource_group_name=group.name, '
        'location="westeurope", retention_in_days=365, workspace_capping={"daily_quota_gb": 1})\n'
    ),
}


@pytest.mark.parametrize("rule", WAITING)
def test_what_later_resources_may_excuse_waits_for_the_end(
    ending: Callable[..., Deployment], rule: str
) -> None:
    deployment = ending(WAITING[rule])
    levels = deployment.project / "policy.dev.json"
    levels.write_text(json.dumps({**LEVELS, rule: "mandatory"}))
    preview = deployment.pulumi("preview", **PACK)
    assert preview.returncode != 0
    assert re.search(rf"\[mandatory\] .* {rule} ", preview.stdout)
    done = deployment.up(**PACK)
    assert done.returncode != 0
    assert re.search(rf"\[mandatory\] .* {rule} ", done.stdout)
    assert any(name.endswith(f" {rule}") for name in deployment.names())
