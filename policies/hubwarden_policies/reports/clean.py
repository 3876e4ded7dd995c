"""A report that does no harm where it is shown: every string of it passes here, whatever prints it.

Credentials go by the redactor. What the log of a CI would obey (a program's text is a stranger's)
is taken apart, for a pull request must not give orders to the pipeline that checks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import is_
from typing import Any, Final, cast

from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports.report import Report

# Words and hashes of our own: a redactor that met them by chance would break what reads a report.
_OURS: Final = frozenset({"fingerprint", "status", "level", "kind", "verdict"})
# What fields hold that have no text, or our own code's; most values of a large report are these.
_PLAIN: Final = frozenset({"bool", "int", "float", "int | None", "Severity", "Rule"})
# Azure Pipelines and older runners of GitHub look for these anywhere in a line, GitHub Actions for
# two colons where a line begins, as a wrapped one may at any word.
_ORDERS: Final = ((re.compile(r"##(?=\[|vso\[)"), "# #"), (re.compile(r"(?<!\S)::(?=\w)"), ": :"))


def clean(report: Report, redactor: Redactor) -> Report:
    """The same report with every credential redacted and no order to a CI, in any string."""

    def text(said: str) -> str:
        said = redactor.text(said if said.isascii() else said.encode("utf-8", "replace").decode())
        for order, harmless in _ORDERS:
            said = order.sub(harmless, said)
        return said

    # One text stands in many findings.
    return cast("Report", _clean(report, cache(text)))


def _clean(value: Any, text: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (tuple, list)):
        items = [_clean(item, text) for item in value]
        return value if all(map(is_, items, value)) else tuple(items)
    names = _names(value.__class__)
    if not names and isinstance(value, Mapping):
        return {_clean(key, text): _clean(item, text) for key, item in value.items()}
    changed = {}
    for name in names:
        old = getattr(value, name)
        # Texts first, without another call: a large report has hundreds of thousands.
        new = text(old) if type(old) is str else _clean(old, text)
        if new is not old and new != old:
            changed[name] = new
    return replace(value, **changed) if changed else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass that may hold a text of somebody else's; anything else has none."""
    declared = fields(kind) if is_dataclass(kind) else ()
    return tuple(f.name for f in declared if f.name not in _OURS and f.type not in _PLAIN)
