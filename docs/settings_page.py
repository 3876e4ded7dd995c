"""Prints docs/settings.md: every key of hubwarden.toml with its default, as the model has it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from hubwarden_policies.settings import Settings

_BEGINNING: Final = """\
# Settings

<!-- Written by `make docs` from policies/hubwarden_policies/settings.py. -->

`hubwarden.toml` stands beside Pulumi.yaml, or in a folder above the templates, plans and other
files that it is for: the nearest one decides, and none beyond the checkout. No key is required, and
each default is what a careful team would choose. An unknown key is an error that names the nearest
one.

"""
_END: Final = """\
## The other files

They stand beside the stack files (`stackConfigDir`); for files beside hubwarden.toml, or in
`stacks/` there. Without a hubwarden.toml the nearest folder above with waivers or a baseline
decides, wherever the command runs.

- `policy.STACK.json`: levels of one stack, as Pulumi's `--policy-pack-config` reads them:
  `{"all": "advisory", "hub-local-auth": "mandatory"}`. Levels are `mandatory`, `advisory` and
  `disabled`; without a word critical and high findings are mandatory and all others advisory.
  A file is called by its path, `policy.main.json.json`; `[levels]` of hubwarden.toml is for all.
- `waivers.toml`: what a person answers for until a day; `hubwarden waivers add` writes one. For a
  file, `stack` is its path from hubwarden.toml on, as reports show it.
- `baseline.json`: findings that were there before; `hubwarden baseline write` writes it.

`hubwarden check --policy-from DIR` reads all of them, and hubwarden.toml, from `DIR` only. Without
it and with `CI` set, a change of any of them against the base branch is the first finding.
"""


def page() -> str:
    """The page as Markdown."""
    tables = "\n".join(_table(Settings, ""))
    return f"{_BEGINNING}{tables}\n{_END}"


def _table(model: type[BaseModel], name: str) -> Iterator[str]:
    rows = []
    inner = []
    for key, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            inner.append((type(default), f"{name}.{key}".lstrip(".")))
        else:
            rows.append(f"| `{key}` | {_default(default)} | {field.description} |")
    yield f"## [{name}]" if name else "## At the top"
    yield ""
    if name:
        yield f"{(model.__doc__ or '').strip()}\n"
    yield from ("| key | default | meaning |", "|---|---|---|", *rows, "")
    for one, path in inner:
        yield from _table(one, path)


def _default(value: Any) -> str:
    return "none" if value is None else f"`{json.dumps(value)}`"


if __name__ == "__main__":
    sys.stdout.write(page())
