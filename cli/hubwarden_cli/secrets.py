"""Values that this run knows to be secret, so that no report shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hubwarden_policies.model import ConfigValue, Secret, Stack

_NAMES: Final = re.compile(r"(?i)(secret|token|password|passphrase|key|connection_?string)$")
# In an object that is secret as a whole, words of Azure's and resource ids are not what is secret.
_WORD: Final = re.compile(
    r"[A-Za-z]*|[\d.]*|[A-Z]+\d?(_\d)*|\d{4}-\d\d-\d\d(-\w+)?|/subscriptions/.*|P\w{1,6}"
)
_SINGLE: Final = (str, int, float, type(None))
LEAST: Final = 8


def of_environment(environ: Mapping[str, str]) -> Iterator[str]:
    """What variables hold whose names speak of a credential."""
    return (v for name, v in environ.items() if _NAMES.search(name) and len(v) >= LEAST)


def of_config(config: Mapping[str, ConfigValue]) -> Iterator[str]:
    """What plain values of the configuration hold whose names speak of a credential."""
    for name, item in config.items():
        if _NAMES.search(name) and isinstance(item.value, str) and len(item.value) >= LEAST:
            yield item.value


def of_stack(stack: Stack) -> Iterator[str]:
    """Every text of a stack that is marked as secret: inputs, outputs and config."""
    for resource in (*stack.resources, *stack.uncovered):
        yield from _secret(resource.properties)
    yield from _secret(stack.exports)
    yield from _secret([config.value for config in stack.config.values()])


def _secret(value: Any) -> Iterator[str]:
    # What is left, whether something around it is secret, and whether that is the next around it.
    left = [(value, False, False)]
    while left:
        item, inside, itself = left.pop()
        if isinstance(item, str):
            if inside and (itself or not _WORD.fullmatch(item)):
                yield item
        elif isinstance(item, Secret):
            left.append((item.value, True, True))
        elif isinstance(item, (dict, list, tuple, Mapping)):
            held = item if isinstance(item, (list, tuple)) else item.values()
            # Nearly all of a stack is in no secret, and most of that are single values.
            left += [(it, inside, False) for it in held if inside or not isinstance(it, _SINGLE)]
