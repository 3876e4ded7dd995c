"""Runs the examples in examples/, each resource under a name that begins with its example's.

`batch:unknown` names resources, each with ways to one input of which nobody may know the value:
the SDK leaves objects out that ARM has, and it knows which way is its own. With GUARDED in the
environment the guard looks on.
"""

import os
import re
import runpy
from pathlib import Path

import pulumi
from pulumi.output import UNKNOWN

unknown = pulumi.Config("batch").get_object("unknown") or {}
example = ""


def named(self, t, name, props=None, *args, **kwargs):
    name = f"{example}--{name}"
    if ways := unknown.get(f"{t}::{name}"):
        inputs = vars(props)
        put(inputs, next(way for way in map(pythonic, ways) if way[0] in inputs))
    made(self, t, name, props, *args, **kwargs)


made, pulumi.CustomResource.__init__ = pulumi.CustomResource.__init__, named


def pythonic(way):
    """The way with the names that Python has for it."""
    between = re.compile("(?<=[a-z0-9])(?=[A-Z])")
    return [between.sub("_", step).lower() if isinstance(step, str) else step for step in way]


def put(target, way):
    """Put an unknown value there, and what has to be around it."""
    for step, following in zip(way, way[1:]):
        empty = [] if isinstance(following, int) else {}
        if isinstance(step, int) and len(target) <= step:
            target.append(empty)
        elif isinstance(step, str) and target.get(step) is None:
            target[step] = empty
        target = target[step]
    if isinstance(target, list) and len(target) <= way[-1]:
        target.append(UNKNOWN)
    else:
        target[way[-1]] = UNKNOWN


if "GUARDED" in os.environ:
    from hubwarden_policies.gates.guard import guard

    guard()
for path in sorted((Path(__file__).parent / "examples").glob("*.py")):
    example = path.stem
    runpy.run_path(str(path))
