"""Stock Checkov with the pack on Terraform: modules in HCL, and plans."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policies.checkov_pack.stock import Report, checkov
from tests.policies.gates.terraform.plans import UNKNOWN, Block, plan

from checkov_pack.hubwarden_checks.ids import id_of

IGNORES = id_of("security-change-ignored")
IN_CLEAR = id_of("kv-secret-in-clear")
LOCAL_AUTH = id_of("hub-local-auth")
LOGS = id_of("hub-without-logs")
PURGE = id_of("kv-purge")
AZAPI = """
variable "off" {}
variable "known" { default = true }

resource "azapi_resource" "good" {
  type = "Microsoft.Devices/IotHubs@2023-06-30"
  name = "good"
  body = { properties = { disableLocalAuth = true } }
}

resource "azapi_resource" "default" {
  type = "microsoft.devices/iothubs@2023-06-30"
  name = "default"
  body = jsonencode({ properties = { disableLocalAuth = var.known } })
}

resource "azapi_resource" "bad" {
  type = "Microsoft.Devices/IotHubs@2023-06-30"
  name = "bad"
  body = { properties = { disableLocalAuth = false } }
}

resource "azapi_resource" "unknown" {
  type = "Microsoft.Devices/IotHubs@2023-06-30"
  name = "unknown"
  body = { properties = { disableLocalAuth = var.off } }
}

resource "azapi_resource" "other" {
  type = "Microsoft.Batch/batchAccounts@2023-05-01"
  name = "other"
  body = { properties = {} }
}

module "logs" {
  source = "./logs"
  of     = azapi_resource.good.id
}
"""
WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"
LOGGED = f"""
variable "of" {{}}

resource "azurerm_monitor_diagnostic_setting" "all" {{
  name                       = "all"
  target_resource_id         = var.of
  log_analytics_workspace_id = "{WORKSPACE}"
  enabled_log {{
    category_group = "allLogs"
  }}
}}
"""
AZURERM = """
resource "azurerm_key_vault" "many" {
  count                    = 2
  name                     = "many${count.index}"
  purge_protection_enabled = false
}

resource "azurerm_key_vault" "odd" {
  name                     = "odd"
  purge_protection_enabled = 0 == 0
}

resource "azurerm_key_vault" "none" {
  count                    = 0
  name                     = "none"
  purge_protection_enabled = false
}

resource "azurerm_iothub" "hub" {
  name                         = "hub"
  local_authentication_enabled = false
}

resource "azurerm_linux_web_app" "backend" {
  name = "backend"
}

variable "given" {}

resource "azurerm_key_vault_secret" "given" {
  name         = "given"
  key_vault_id = azurerm_key_vault.odd.id
  value        = var.given
}

resource "azurerm_key_vault_secret" "written" {
  name         = "written"
  key_vault_id = azurerm_key_vault.odd.id
  value        = "PLANTED"
}
"""
# Another module with a resource of the same address.
SECOND = """
resource "azurerm_iothub" "hub" {
  name                         = "hub"
  local_authentication_enabled = true
}
"""
# Checkov takes a branch of the first four conditions without being able to evaluate them, and makes
# an empty list of `for`.
GUESSED = """
variable "env" { default = "dev" }
variable "open" { default = true }
variable "given" {}
variable "ranges" { default = ["0.0.0.0/0"] }
locals { auth = upper(var.env) == "DEV" ? true : false }

resource "azurerm_iothub" "function" {
  name                         = "function"
  local_authentication_enabled = local.auth
}

resource "azurerm_iothub" "both" {
  for_each                     = toset(["a", "b"])
  name                         = each.key
  local_authentication_enabled = var.open && var.env == "dev" ? true : false
}

resource "azurerm_iothub" "given" {
  name                         = "given"
  local_authentication_enabled = var.given == "x" ? true : false
}

module "inner" {
  source = "./inner"
  auth   = var.open && var.env == "dev" ? true : false
}

resource "azapi_resource" "ranges" {
  type = "Microsoft.Devices/IotHubs@2023-06-30"
  name = "ranges"
  body = { properties = { networkRuleSets = {
    defaultAction = "Deny"
    applyToBuiltInEventHubEndpoint = true
    ipRules = [for one in var.ranges : { filterName = "all", ipMask = one, action = "Allow" }]
  } } }
}

resource "azurerm_iothub" "plain" {
  name                         = "plain"
  local_authentication_enabled = var.env == "prod" ? false : var.open
}

resource "azurerm_key_vault_secret" "chosen" {
  name         = "chosen"
  key_vault_id = "${var.env}.vault"
  value        = var.open && var.env == "prod" ? var.given : "PLANTED"
}
"""
IGNORED = """
resource "azurerm_iothub" "one" {
  name                         = "one"
  local_authentication_enabled = false
  lifecycle {
    ignore_changes = [tags["x"], local_authentication_enabled]
  }
}

resource "azurerm_iothub" "block" {
  name = "block"
  lifecycle {
    ignore_changes = [network_rule_set[0].default_action]
  }
}

resource "azurerm_iothub" "all" {
  name = "all"
  lifecycle {
    ignore_changes = all
  }
}

resource "azurerm_iothub" "tags" {
  name = "tags"
  lifecycle {
    ignore_changes = [tags]
  }
}

resource "azapi_resource" "body" {
  type = "Microsoft.Devices/IotHubs@2023-06-30"
  name = "body"
  body = { properties = { disableLocalAuth = true } }
  lifecycle {
    ignore_changes = [body.properties.disableLocalAuth]
  }
}
"""


def logged_by(name: str, repeated: str) -> str:
    """A hub, and the setting that logs it as often as is said."""
    hub = f'resource "azurerm_iothub" "{name}" {{\n  name = "{name}"\n}}\n'
    of = f"{repeated}\n  target_resource_id         = azurerm_iothub.{name}.id"
    setting = LOGGED.partition("resource")[2].replace('"all"', f'"{name}"', 1)
    return hub + "resource" + setting.replace("target_resource_id         = var.of", of)


# Checkov keeps what a count that it does not know repeats, and what a call with none has.
PERHAPS = "\n".join(
    (
        'variable "env" { default = "dev" }\nvariable "given" {}',
        logged_by("guessed", 'count = upper(var.env) != "DEV" ? 1 : 0'),
        logged_by("given", "count = var.given ? 1 : 0"),
        logged_by("empty", "for_each = toset([])"),
        logged_by("once", 'count = var.env == "dev" ? 1 : 0'),
        """
resource "azurerm_iothub" "called" {
  name = "called"
}

module "logs" {
  source = "./logs"
  count  = 0
  of     = azurerm_iothub.called.id
}
""",
    )
)
INNER = """
variable "auth" {}

resource "azurerm_iothub" "hub" {
  name                         = "hub"
  local_authentication_enabled = var.auth
}
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("modules")
    files = {
        "azapi/main.tf": AZAPI,
        "azapi/logs/main.tf": LOGGED,
        "azurerm/one.tf": AZURERM,
        "second/two.tf": SECOND,
        "guessed/main.tf": GUESSED,
        "guessed/inner/main.tf": INNER,
        "ignored/main.tf": IGNORED,
        "perhaps/main.tf": PERHAPS,
        "perhaps/logs/main.tf": LOGGED,
    }
    for name, text in files.items():
        (folder / "inputs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "inputs" / name).write_text(text)
    return checkov(folder / "inputs", "terraform", home=folder / "home")


@pytest.mark.parametrize(
    ("file", "check", "resource", "said"),
    [
        ("azapi/main.tf", LOCAL_AUTH, "azapi_resource.good", "PASSED"),
        ("azapi/main.tf", LOCAL_AUTH, "azapi_resource.default", "PASSED"),
        ("azapi/main.tf", LOCAL_AUTH, "azapi_resource.bad", "FAILED"),
        ("azapi/main.tf", LOCAL_AUTH, "azapi_resource.unknown", "SKIPPED"),
        ("azapi/main.tf", LOCAL_AUTH, "azapi_resource.other", None),
        # A module's setting logs a hub of the module around it.
        ("azapi/main.tf", LOGS, "azapi_resource.good", "PASSED"),
        ("azapi/main.tf", LOGS, "azapi_resource.bad", "FAILED"),
        ("azurerm/one.tf", PURGE, "azurerm_key_vault.many[0]", "FAILED"),
        ("azurerm/one.tf", PURGE, "azurerm_key_vault.many[1]", "FAILED"),
        # Checkov makes null of the expression.
        ("azurerm/one.tf", PURGE, "azurerm_key_vault.odd", "SKIPPED"),
        ("azurerm/one.tf", PURGE, "azurerm_key_vault.none", None),
        ("azurerm/one.tf", LOCAL_AUTH, "azurerm_iothub.hub", "PASSED"),
        ("second/two.tf", LOCAL_AUTH, "azurerm_iothub.hub", "FAILED"),
        ("azurerm/one.tf", id_of("not-covered"), "azurerm_linux_web_app.backend", "FAILED"),
        # The provider calls it sensitive, but whoever writes it out shows it.
        ("azurerm/one.tf", IN_CLEAR, "azurerm_key_vault_secret.given", "PASSED"),
        ("azurerm/one.tf", IN_CLEAR, "azurerm_key_vault_secret.written", "FAILED"),
        # The provider has no attribute for it.
        ("azurerm/one.tf", id_of("hub-device-sas"), "azurerm_iothub.hub", "SKIPPED"),
        # What Checkov guesses is no value.
        ("guessed/main.tf", LOCAL_AUTH, "azurerm_iothub.function", "SKIPPED"),
        ("guessed/main.tf", LOCAL_AUTH, 'azurerm_iothub.both["b"]', "SKIPPED"),
        ("guessed/main.tf", LOCAL_AUTH, "azurerm_iothub.given", "SKIPPED"),
        ("inner/main.tf", LOCAL_AUTH, "module.inner.azurerm_iothub.hub", "SKIPPED"),
        ("guessed/main.tf", id_of("hub-wide-ip-range"), "azapi_resource.ranges", "SKIPPED"),
        ("guessed/main.tf", LOCAL_AUTH, "azurerm_iothub.plain", "FAILED"),
        ("guessed/main.tf", IN_CLEAR, "azurerm_key_vault_secret.chosen", "FAILED"),
        *(
            ("perhaps/main.tf", LOGS, f"azurerm_iothub.{name}", "SKIPPED")
            for name in ("guessed", "given", "empty", "called")
        ),
        ("perhaps/main.tf", LOGS, "azurerm_iothub.once", "PASSED"),
        ("ignored/main.tf", IGNORES, "azurerm_iothub.one", "FAILED"),
        ("ignored/main.tf", IGNORES, "azurerm_iothub.block", "FAILED"),
        ("ignored/main.tf", IGNORES, "azurerm_iothub.all", "FAILED"),
        ("ignored/main.tf", IGNORES, "azurerm_iothub.tags", "PASSED"),
        ("ignored/main.tf", IGNORES, "azapi_resource.body", "FAILED"),
    ],
)
def test_a_module_is_judged_as_checkov_evaluates_it(
    modules: Report, file: str, check: str, resource: str, said: str | None
) -> None:
    assert modules.verdicts(file).get((check, resource)) == said


def test_a_finding_in_terraform_has_its_fix_in_the_report(modules: Report) -> None:
    (found,) = (
        one
        for one in modules.records
        if (one["check_id"], one["resource"]) == (LOCAL_AUTH, "azapi_resource.bad")
    )
    assert any("disableLocalAuth: true" in line for line in found["details"])


def test_a_plan_is_judged_by_the_addresses_in_it(tmp_path: Path) -> None:
    hub = {"name": "hub", "local_authentication_enabled": True}
    text = plan(
        Block("azurerm_iothub.bad", hub, key="north"),
        Block("azurerm_iothub.good", {**hub, "local_authentication_enabled": False}),
        Block(
            "azurerm_iothub.later",
            {**hub, "local_authentication_enabled": UNKNOWN},
            said={"local_authentication_enabled": {"references": ["var.off"]}},
        ),
        Block("azurerm_iothub.stands", hub, actions=("no-op",)),
        Block("azurerm_iothub.gone", hub, actions=("delete",)),
    )
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "plan.json").write_bytes(text)

    found = checkov(tmp_path / "inputs", "terraform_plan", home=tmp_path / "home")

    said = found.verdicts("plan.json")
    names = ('bad["north"]', "good", "later", "stands", "gone")
    assert [said.get((LOCAL_AUTH, f"azurerm_iothub.{name}")) for name in names] == [
        "FAILED",
        "PASSED",
        "SKIPPED",
        None,
        None,
    ]
    assert id_of("registry-deleted") in found.failed("plan.json")
