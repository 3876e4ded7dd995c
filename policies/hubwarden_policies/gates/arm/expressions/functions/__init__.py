"""The functions of ARM's language that anybody can evaluate, by their names in lower case."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.gates.arm.expressions.functions import logic
from hubwarden_policies.gates.arm.expressions.functions.function import Function

FUNCTIONS: Final[dict[str, Function]] = {
    function.name.lower(): function for module in (logic,) for function in module.FUNCTIONS
}
