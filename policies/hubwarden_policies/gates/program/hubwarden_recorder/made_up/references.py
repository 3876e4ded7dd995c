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
from .any_object import AnyObject

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
        given = stacks.get(stack) or {}
        answers = AnyObject(lambda key: _made(marks, stack, str(key)), **given)
        self._hubwarden = given, answers
        self.outputs = self.outputs.apply(lambda _: answers)

    def get_output(self: Any, name: Any) -> Any:
        given, _ = self._hubwarden
        if not isinstance(name, str):
            return Output.from_input(name).apply(lambda known: get_output(self, known))
        if name in given:
            return Output.from_input(given[name])
        value = self.outputs.apply(lambda outputs: outputs[name])
        return Output.secret(value) if is_secret(name) else value

    async def get_output_details(self: Any, name: str) -> Any:
        given, answers = self._hubwarden
        if is_secret(name) and name not in given:
            return details(secret_value=answers[name])
        return details(value=answers[name])

    reference.__init__ = started
    reference.get_output = reference.require_output = get_output
    reference.get_output_details = get_output_details


def is_secret(name: str) -> bool:
    """Whether a stack's output of this name is likely to be a secret."""
    return _ONLY_NAMED.search(name) is None and (
        credentials.bears("", name) or _SPEAKS.search(name) is not None
    )


def _made(marks: Marks, stack: str, name: str) -> str:
    source, path = f"call:{TOKEN}", f"{stack}.{name}"
    if is_secret(name):
        return marks.mark(source, path, "key")
    return marks.make(source, path, lambda word: made.form(name)(word, ""))
