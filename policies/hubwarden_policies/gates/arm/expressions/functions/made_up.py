"""Names that Azure makes up from others, or at random.

How `guid` and `uniqueString` hash is not documented, so nobody knows what comes out of them; the
same expression is the same text.
"""

from __future__ import annotations

from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect


def _hashed(*texts: Any) -> Any:
    for text in texts:
        expect(text, str)
    raise NotKnown


FUNCTIONS: Final = (
    Function("guid", _hashed, 1, None),
    Function("newGuid", _hashed, 0, 0),
    Function("uniqueString", _hashed, 1, None),
)
