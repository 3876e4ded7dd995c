"""Expressions of ARM templates, evaluated as far as anybody can offline."""

from hubwarden_policies.gates.arm.expressions.budget import Budget
from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.gates.arm.expressions.evaluate import Evaluator
from hubwarden_policies.gates.arm.expressions.parse import parse
from hubwarden_policies.gates.arm.expressions.scope import Scope
from hubwarden_policies.gates.arm.expressions.syntax import Access, Call, Expression, Literal

__all__ = [
    "Access",
    "Budget",
    "Call",
    "Evaluator",
    "Expression",
    "ExpressionError",
    "Literal",
    "Scope",
    "parse",
]
