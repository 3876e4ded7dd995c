"""The functions of ARM's language that anybody can evaluate, by their names in lower case."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.gates.arm.expressions.functions import (
    collections,
    dates,
    encoding,
    formatting,
    lambdas,
    logic,
    made_up,
    merging,
    networks,
    numbers,
    texts,
)
from hubwarden_policies.gates.arm.expressions.functions.function import Function

_MODULES: Final = (
    collections, dates, encoding, formatting, lambdas, logic,
    made_up, merging, networks, numbers, texts,
)  # fmt: skip

TAKING_LAMBDAS: Final = frozenset(function.name.lower() for function in lambdas.FUNCTIONS)
FUNCTIONS: Final[dict[str, Function]] = {
    function.name.lower(): function for module in _MODULES for function in module.FUNCTIONS
}
