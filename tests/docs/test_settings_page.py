"""docs/settings.md says what hubwarden.toml can say, and nothing else."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path

from pydantic import BaseModel

from hubwarden_policies.policy_file import validated
from hubwarden_policies.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def test_the_page_is_the_one_that_make_docs_writes() -> None:
    assert runpy.run_path(str(ROOT / "docs/settings_page.py"))["page"]() == PAGE


def test_every_key_has_a_row_that_says_something() -> None:
    rows = {line.split("`")[1]: line for line in PAGE.splitlines() if line.startswith("| `")}
    assert {name for model in models(Settings) for name in keys(model)} <= rows.keys()
    assert not [line for line in rows.values() if line.endswith(("| None |", "|  |"))]


def test_the_defaults_on_the_page_can_be_written_down() -> None:
    text, table = "", ""
    for line in PAGE.splitlines():
        if line.startswith("## [") and line.endswith("]"):
            table = line.removeprefix("## ")
            text += f"{table}\n"
        elif line.startswith("| `"):
            key, default = line.split(" | ")[:2]
            if default not in {"none", "`{}`"}:
                text += f"{key.strip('| `')} = {default.strip('`')}\n"
    assert validated(Settings, tomllib.loads(text), text, "docs/settings.md") == Settings()


def models(model: type[BaseModel]) -> list[type[BaseModel]]:
    inner = [type(value) for value in defaults(model).values() if isinstance(value, BaseModel)]
    return [model, *(one for each in inner for one in models(each))]


def keys(model: type[BaseModel]) -> list[str]:
    return [name for name, value in defaults(model).items() if not isinstance(value, BaseModel)]


def defaults(model: type[BaseModel]) -> dict[str, object]:
    fields = model.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}
