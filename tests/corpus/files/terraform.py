"""Terraform: sources, which are judged as plans only, and the same as plans."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from tests.corpus.files.case import Case, Expected, case
from tests.policies.gates.terraform.plans import UNKNOWN, Block, plan, said

_case = partial(case, "Terraform")
_plan = partial(case, "Terraform plan")
HUB: Final = """\
resource "azurerm_iothub" "open" {
  name                          = "openhub"
  local_authentication_enabled  = true
  public_network_access_enabled = true
}
"""
_AZAPI: Final = """\
resource "azapi_resource" "open" {
  type = "Microsoft.Devices/IotHubs@2023-06-30"
  name = "openhub"
  body = {
    properties = {
      disableLocalAuth = false
    }
  }
}
"""
_VARIABLE: Final = 'variable "open" {\n  default = false\n}\n' + HUB.replace("true", "var.open")
_INSIDE: Final = _VARIABLE.replace("  default = false\n", "")


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _azapi()
    yield from _files()
    yield from _values()
    yield from _places()
    yield from plans()


def _one(name: str, content: str, bad: int = 1) -> Case:
    return _case(name, {"main.tf": content}, bad, "nothing")


def _azapi() -> Iterator[Case]:
    yield _one("a bad hub of azurerm", HUB)
    yield _one("a bad hub of azapi", _AZAPI)
    encoded = _AZAPI.replace("body = {", "body = jsonencode({").replace("  }\n}\n", "  })\n}\n")
    yield _one("a body by jsonencode", encoded)
    head = _AZAPI.partition("  body")[0]
    heredoc = '  body = <<EOT\n{"properties":{"disableLocalAuth":false}}\nEOT\n}\n'
    yield _one("a body that is a text", head + heredoc)
    local = "locals {\n  b = { properties = { disableLocalAuth = false } }\n}\n"
    yield _one("a body by a local", f"{local}{head}  body = local.b\n}}\n")
    typed = 'locals {\n  t = "Microsoft.Devices/IotHubs@2023-06-30"\n}\n'
    typed += _AZAPI.replace('"Microsoft.Devices/IotHubs@2023-06-30"', "local.t")
    yield _one("a type by a local", typed)


def _files() -> Iterator[Case]:
    yield _one("an error of syntax", HUB.removesuffix("}\n") + "= =\n")
    closed = HUB.replace("true", "false").replace("open", "closed")
    two = {"a.tf": closed, "b.tf": HUB.removesuffix("}\n")}
    yield _case("a good file, and one with an error", two, 1, "nothing")
    yield _one("a byte order mark", "\ufeff" + HUB)
    yield _one("ends of line as Windows has them", HUB.replace("\n", "\r\n"))
    yield _one("an empty file", "", 0)
    members = {"name": "openhub", "public_network_access_enabled": True}
    written = json.dumps({"resource": {"azurerm_iothub": {"open": members}}})
    yield _case("JSON", {"main.tf.json": written}, 1, "nothing")
    override = {"main.tf": HUB.replace("true", "false"), "override.tf": HUB}
    yield _case("an override", override, 1, "nothing")
    yield _case("OpenTofu's own file", {"main.tofu": HUB}, 1, "nothing")


def _values() -> Iterator[Case]:
    yield _one("count = 0", HUB.replace("  name ", "  count = 0\n  name "), 0)
    counted = HUB.replace("  name ", "  count = var.c\n  name ")
    yield _one("count by a variable", 'variable "c" {\n  default = 1\n}\n' + counted)
    each = HUB.replace('= "openhub"', "= each.key")
    yield _one("for_each", each.replace("  name ", '  for_each = toset(["a", "b"])\n  name '))
    yield _one("a bad default", _VARIABLE.replace("= false", "= true"))
    yield _one("no default", _INSIDE)
    auto = {"main.tf": _VARIABLE, "terraform.tfvars": "open = true\n"}
    yield _case("bad values in terraform.tfvars", auto, 1, "nothing")
    named = {"main.tf": _VARIABLE, "prod.tfvars": "open = true\n"}
    yield _case("bad values that are not read by themselves", named, 1, "nothing")
    yield _one("a choice", HUB.replace("= true", "= (1 == 1) ? true : false"))
    yield _one("a heredoc", HUB.replace('"openhub"', "<<-EOT\n  openhub\n  EOT"))
    yield _one("try()", HUB.replace("= true", "= try(var.x.y, true)"))
    block = (
        '  dynamic "endpoint" {\n    for_each = [1]\n    content {\n      name = "x"\n    }\n  }\n'
    )
    yield _one("a dynamic block", HUB.replace("  name ", block + "  name "))
    yield _one("a provider's function", HUB.replace('"openhub"', 'provider::azapi::parse("a")'))
    skip = "{\n  #checkov:skip=CKV_AZURE_108:because\n"
    yield _one("a skip in a comment", HUB.replace("{\n", skip, 1))


def _places() -> Iterator[Case]:
    local = 'module "m" {\n  source = "./m"\n}\n'
    yield _case("a module", {"main.tf": local, "m/main.tf": HUB}, 1, "nothing")
    told = local.replace("}\n", "  open = true\n}\n")
    yield _case("a module with a bad value", {"main.tf": told, "m/main.tf": _INSIDE}, 1, "nothing")
    remote = 'module "m" {\n  source = "Azure/avm-res-devices-iothub/azurerm"\n}\n'
    yield _one("a module of a registry", remote, 0)
    yield _case("a hidden folder", {".infra/main.tf": HUB}, 1, "nothing")
    fetched = {".terraform/modules/m/main.tf": HUB}
    yield _case("a module that was fetched", fetched, 0, "nothing")


_OPEN: Final = {
    "name": "openhub",
    "location": "westeurope",
    "resource_group_name": "plant",
    "sku": [{"name": "S1", "capacity": 1}],
    "local_authentication_enabled": True,
    "public_network_access_enabled": True,
}
_RAW: Final = {
    "type": "Microsoft.Devices/IotHubs@2023-06-30",
    "name": "openhub",
    "location": "westeurope",
    "body": {"properties": {"disableLocalAuth": False}},
}


def _hub(address: str = "azurerm_iothub.open", **more: Any) -> Block:
    return Block(address, _OPEN, **more)


def _changed(raw: bytes, **parts: Any) -> str:
    return json.dumps({**json.loads(raw), **parts})


def plans() -> Iterator[Case]:
    """What the sources above come to, and what else a plan can be."""
    for name, block, expected in _blocks():
        yield _planned(name, plan(block), expected, bad=expected in ("finds", "refuses"))
    base = plan(_hub())
    module = plan(
        _hub("module.m.azurerm_iothub.open"),
        modules={"m": {"source": "./m", "module": {"resources": [], "variables": {}}}},
    )
    yield _planned("in a module", module)
    listed = plan(_hub('module.m["a.b"].azurerm_iothub.open'))
    yield _planned("in a module of many, with a dot in its key", listed)
    yield _planned("a byte order mark", b"\xef\xbb\xbf" + base)
    yield _planned("UTF-16", base.decode().encode("utf-16"))
    yield _plan("called .txt", {"plan.txt": base}, 1)
    yield _planned("the end is lost", base[:-40], "refuses")
    for name, version in {
        "a version of tomorrow": "2.0",
        "a version that is a number": 1.2,
        "no version": None,
    }.items():
        yield _planned(name, _changed(base, format_version=version), "refuses")
    minor = _changed(base, format_version="1.99")
    yield _planned("a version that adds to this one", minor)
    no_changes = {k: v for k, v in json.loads(base).items() if k != "resource_changes"}
    yield _planned("no list of changes", json.dumps(no_changes))
    yield _planned("an errored plan", _changed(base, errored=True), "refuses")
    yield _planned("a plan that is not complete", _changed(base, complete=False), "refuses")
    yield _planned("a key twice", base.replace(b"{", b'{"format_version": "1.2", ', 1), "refuses")
    lines = b'{"@level":"info","planned_values":1}\n{"@level":"info"}'
    yield _planned("the log of a plan", lines, "refuses", bad=0)
    state = {
        "format_version": "1.0",
        "terraform_version": "1.9.8",
        "values": {"root_module": json.loads(base)["planned_values"]["root_module"]},
    }
    yield _planned("a state, shown", json.dumps(state))


def _planned(name: str, raw: bytes | str, expected: Expected = "finds", *, bad: int = 1) -> Case:
    return _plan(name, {"plan.json": raw}, bad, expected)


def _blocks() -> Iterator[tuple[str, Block, Expected]]:
    yield "a bad hub of azurerm", _hub(), "finds"
    yield "a bad hub of azapi", Block("azapi_resource.open", _RAW), "finds"
    texted: Mapping[str, Any] = {**_RAW, "body": '{"properties":{"disableLocalAuth":false}}'}
    yield "a body that is a text", Block("azapi_resource.open", texted), "finds"
    lower = {**_RAW, "type": "microsoft.devices/iothubs@2023-06-30"}
    yield "a type in lower case", Block("azapi_resource.open", lower), "finds"
    yield "count", _hub(key=0), "finds"
    yield "for_each, with quotes and a bracket in the key", _hub(key='a"]b'), "finds"
    yield "replaced", _hub(actions=("delete", "create")), "finds"
    yield "replaced, created first", _hub(actions=("create", "delete")), "finds"
    yield "changed", _hub(actions=("update",)), "finds"
    yield "an action of tomorrow", _hub(actions=("shred",)), "refuses"
    unknown = {**_OPEN, "local_authentication_enabled": UNKNOWN}
    by_variable = {"local_authentication_enabled": said("var.open")}
    yield "one value not known", Block("azurerm_iothub.open", unknown, by_variable), "finds"
