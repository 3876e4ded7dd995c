"""Terraform with what Checkov overlooks: errors, hidden folders, values that it does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.policies.gates.stock_checkov.silence.row import Row

BASE: Final = """resource "azurerm_iothub" "bad" {
  name                          = "bad"
  public_network_access_enabled = true
}
"""
_GOOD: Final = BASE.replace('"bad"', '"good"').replace("true", "false")
_VARIABLE: Final = 'variable "open" {\n  default = false\n}\n' + BASE.replace("true", "var.open")


def rows() -> Iterator[Row]:
    """All of them."""
    yield _row("a syntax error", {"main.tf": BASE.removesuffix("}\n") + "= =\n"}, strict=True)
    yield _row(
        "a good file beside it", {"a.tf": _GOOD, "b.tf": BASE.removesuffix("}\n")}, strict=True
    )
    plan = '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{'
    yield _row(
        "the end of a plan is lost", {"tfplan.json": plan + '"resources":[{"address"'}, strict=True
    )
    yield _row("a hidden folder", {".infra/main.tf": BASE})
    yield _row("OpenTofu's own file", {"main.tofu": BASE})
    yield _row("values that are not read", {"main.tf": _VARIABLE, "prod.tfvars": "open = true\n"})


def _row(name: str, files: dict[str, str], *, strict: bool = False) -> Row:
    return Row(name, {file: text.encode() for file, text in files.items()}, ("bad",), strict)
