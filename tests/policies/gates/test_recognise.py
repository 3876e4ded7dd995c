"""A file is known by what it holds, and others' texts are left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hubwarden_policies.gates.recognise import Kind, recognise

RESOURCE = '{"type": "Microsoft.Devices/IotHubs", "name": "hub"}'
TEMPLATE = f'{{"contentVersion": "1.0.0.0", "resources": [{RESOURCE}]}}'
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
GIVEN = SCHEMA.replace("Template", "Parameters")
DEPLOYED = f'{{"$schema": "{SCHEMA}"}}'
PLAN = '{"format_version": "1.2", "terraform_version": "1.9.8", "resource_changes": []}'


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("main.json", TEMPLATE, "arm"),
        ("main.template", TEMPLATE, "arm"),
        ("main.template", f"// ours\n/* and\n{{ more */\n{TEMPLATE}", "arm"),
        ("main.template", "\n" * 1000 + TEMPLATE, "arm"),
        ("main.template", TEMPLATE.replace('"', "'"), "arm"),
        ("main.json", f"lost {TEMPLATE}", "arm"),
        ("main.json", f'{{"resources": [{RESOURCE}', "arm"),
        ("main.json", f'{{"resources": [{RESOURCE.replace("Microsoft", "Other")}]}}', "arm"),
        ("main.json", f"{{$schema: '{SCHEMA}', resources: []}}", "arm"),
        ("a.json", f'{{"$schema": "{GIVEN}"}}', "arm-parameters"),
        ("plan", PLAN, "terraform-plan"),
        # A plan that deploys a template holds the template's text.
        ("plan.json", PLAN.replace("[]", json.dumps([DEPLOYED])), "terraform-plan"),
        ("prod.tfvars", "open = true", "terraform-variables"),
        ("prod.auto.tfvars.json", '{"open": true}', "terraform-variables"),
        ("main.tf.json", "{}", "terraform-source"),
        ("package.json", '{"name": "x", "resources": []}', None),
        ("README.md", f"[![Deploy](x.svg)](y)\n{TEMPLATE}", None),
        ("README.md", f"[Deploy](y)\n{TEMPLATE}", None),
        ("secret.yaml", '{{- if .on }}\nresources:\n  type: "kubernetes.io/tls"', None),
        ("main.go", '// x\npackage x\nresources:\n  Type: "kubernetes.io/tls"', None),
        ("picture", "\0{" + TEMPLATE, None),
    ],
)  # fmt: skip
def test_a_file_is_known_by_what_it_holds(name: str, text: str, kind: Kind | None) -> None:
    assert recognise(Path(name), text.encode()) == kind


def test_a_template_in_utf_16_is_one() -> None:
    assert recognise(Path("main.template"), TEMPLATE.encode("utf-16")) == "arm"
