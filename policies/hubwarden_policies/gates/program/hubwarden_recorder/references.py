"""What stands for the outputs of other stacks, which nobody here can see.

A fixture gives them literally. Else a preview does not know them, and in the canary run any name
is answered: with a mark in a secret where the name speaks of a credential, with a made-up text
where not. What is awaited must be known in either run.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from . import credentials, made

if TYPE_CHECKING:
    from .marks import Marks

TOKEN = "pulumi:pulumi:StackReference"  # noqa: S105 (a type's)
# More names than for properties: a mark in a secret is no leak, a key in the clear would be one.
_SPEAKS = re.compile(r"(?i)password|secret|token|conn(?:ection)?_?-?str|credential|sas|keys?\d?$")
_ONLY_NAMED = re.compile(r"(?i)(?:public|kms|vault)_?-?keys?$|vault|(?:id|name|uri|url)$")


def install(marks: Marks, stacks: dict[str, dict[str, Any]]) -> None:
    """Answer what programs ask of a `StackReference`; `stacks` are the fixtures, by stack."""
    from pulumi import Output, StackReference, stack_reference

    reference: Any = StackReference
    start = reference.__init__
    details: Any = stack_reference.StackReferenceOutputDetails

    @functools.wraps(start)
    def started(self: Any, name: str, stack_name: str | None = None, opts: Any = None) -> None:
        start(self, name, stack_name, opts)
        stack = name if stack_name is None else stack_name
        self._hubwarden = _Outputs(marks, stack, stacks.get(stack) or {})
        self.outputs = self.outputs.apply(lambda _: self._hubwarden)

    def get_output(self: Any, name: Any) -> Any:
        if isinstance(name, str) and name in self._hubwarden.given:
            return Output.from_input(self._hubwarden.given[name])
        value = Output.all(name, self.outputs).apply(lambda pair: pair[1][pair[0]])
        return Output.secret(value) if isinstance(name, str) and is_secret(name) else value

    async def get_output_details(self: Any, name: str) -> Any:
        value = self._hubwarden[name]
        secret = name not in self._hubwarden.given and is_secret(name)
        return details(secret_value=value) if secret else details(value=value)

    reference.__init__ = started
    reference.get_output = reference.require_output = get_output
    reference.get_output_details = get_output_details


def is_secret(name: str) -> bool:
    """Whether a stack's output of this name is likely to be a secret."""
    return _ONLY_NAMED.search(name) is None and (
        credentials.bears("", name) or _SPEAKS.search(name) is not None
    )


class _Outputs(dict):  # type: ignore[type-arg]  # keys are what the program asks for
    def __init__(self, marks: Marks, stack: str, given: dict[str, Any]) -> None:
        super().__init__(given)
        self._marks, self._stack, self.given = marks, stack, given

    def __missing__(self, name: str) -> Any:
        source, path = f"call:{TOKEN}", f"{self._stack}.{name}"
        if is_secret(name):
            value = self._marks.mark(source, path, "key")
        else:
            value = self._marks.make(source, path, lambda word: made.form(name)(word, ""))
        self[name] = value
        return value

    def get(self, name: Any, default: Any = None) -> Any:
        return self[name]
