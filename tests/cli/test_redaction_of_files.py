"""No report in any format holds a key that was planted in a file, wherever in it that was.

Each text of each kind of input is replaced by a key, one after the other: values, names, types,
expressions, and the same in files that are cut off there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.corpus.files import bicep, states
from tests.corpus.files.bodies import (
    CONNECTION,
    HUB,
    KEY,
    SAFE_HUB,
    VAULT,
    having,
    nested,
    template,
    values,
)
from tests.corpus.files.case import case
from tests.corpus.files.judging import Said, judge
from tests.policies.gates.terraform.plans import Block, Hidden, plan

from hubwarden_cli.formats import Terms, rendered
from hubwarden_cli.outputs import Format, Output

FORMS = [form for form in Format if form is not Format.AUTO]
PIECES = [KEY[at : at + 16] for at in range(0, len(KEY) - 16, 4)]
# A secret that has no shape, so that it must be known from its mark.
PASSWORD = "hunter2-planted"

EXPORTS = {"k": {"type": "string", "value": "[concat('a', parameters('p'))]"}}
ARM = template(
    [
        having(HUB, storageEndpoints={"$default": {"connectionString": "x"}}, comments="y"),
        {**VAULT, "tags": {"note": "z"}, "name": "[concat('v', variables('w'))]"},
        nested(template([SAFE_HUB], outputs=EXPORTS, parameters={"p": {"type": "string"}})),
    ],
    parameters={"p": {"type": "string", "defaultValue": "d"}},
    variables={"w": "text", "deep": {"a": ["b"]}},
    outputs=EXPORTS,
    functions=[{"namespace": "own", "members": {}}],
)
GIVEN = values(p="value")
PREVIEW = {**states.PREVIEW, "config": {"plant:name": "x"}}
PLAN = json.loads(
    plan(
        Block(
            "azurerm_iothub.open",
            {"name": "openhub", "location": "here", "tags": {"a": "b"}, "sku": [{"name": "S1"}]},
            said={"name": {"references": ["var.name"]}},
        ),
        Block("azapi_resource.raw", {"type": "Microsoft.Devices/IotHubs@2023-06-30", "name": "o",
              "body": {"properties": {"comments": "c"}}}),
        outputs={"k": {"sensitive": False, "value": "v"}},
    )
)  # fmt: skip


def planted(value: Any, key: str) -> Iterator[Any]:
    """The value with a key in the place of one of its texts or names, one after the other."""
    if isinstance(value, str):
        yield key
        yield f"{value}{key}"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield {**{k: v for k, v in value.items() if k != name}, key: inner}
            for other in planted(inner, key):
                yield {**value, name: other}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for other in planted(inner, key):
                yield [*value[:index], other, *value[index + 1 :]]


def assert_hidden(said: Said, *secrets: str) -> None:
    texts = [*said.sentences] if said.report is None else []
    if said.report is not None:
        texts = [rendered(said.report, Output(form, Path("r")), Terms()) for form in FORMS]
    for text in texts:
        for secret in secrets:
            at = text.find(secret)
            assert at < 0, text[max(0, at - 200) : at + 60]


def judged(folder: Path, files: dict[str, str | bytes], **more: Any) -> Said:
    return judge(case("Redaction", "one", files, 0, **more), written(folder, files))


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    case("Redaction", "one", files, 0).write(folder)
    return folder


WAYS: dict[str, Callable[[str], str]] = {
    "a connection string": lambda key: f"HostName=h.azure-devices.net;Shared{''}AccessKey={key}",
    "a key": lambda key: key,
    "an expression": lambda key: f"[concat('{key}', parameters('p')",
    "an expression that holds": lambda key: f"[concat(parameters('p'), 'AccountKey={key}')]",
}
DOCUMENTS = {
    "main.json": ARM,
    "plan.json": PLAN,
    "state.json": states.STATE,
    "preview.json": PREVIEW,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("file", DOCUMENTS)
def test_a_key_anywhere_in_a_document(file: str, way: str, tmp_path: Path) -> None:
    secret = WAYS[way](KEY)
    seen = 0
    for number, document in enumerate(planted(DOCUMENTS[file], secret)):
        # Every fourth on one line, where an excerpt would show what is around, too.
        text = json.dumps(document, indent=None if number % 4 == 0 else 1)
        said = judged(tmp_path, {file: text}, target=file)
        assert_hidden(said, *PIECES)
        seen += said.exit_code != 0
    assert seen > 20


@pytest.mark.parametrize("file", DOCUMENTS)
def test_a_key_where_a_document_is_cut_off(file: str, tmp_path: Path) -> None:
    for number, document in enumerate(planted(DOCUMENTS[file], CONNECTION)):
        if number % 3 == 0:
            text = json.dumps(document, indent=1)
            end = text.index(KEY) + len(KEY)
            for cut in (text[:end], text[: end + 1], text[:end] + '"""' + text[end:]):
                assert_hidden(judged(tmp_path, {file: cut}, target=file), *PIECES)


def test_a_key_anywhere_in_parameters(tmp_path: Path) -> None:
    for document in planted(GIVEN, CONNECTION):
        files: dict[str, str | bytes] = {
            "main.json": json.dumps(ARM),
            "p.json": json.dumps(document),
        }
        said = judged(tmp_path, files, target="main.json", parameters="p.json")
        assert_hidden(said, *PIECES)


@pytest.mark.parametrize("way", ["a connection string", "a key"])
def test_a_key_anywhere_in_bicep(way: str, tmp_path: Path) -> None:
    after = "param p string = 'd'\nvar w = { a: 'b' }\noutput k string = '${p}x'\n"
    whole = f"{bicep.BASE}{after}"
    places = list(re.finditer(r"'[^'\n]*'", whole))
    for found in places:
        text = f"{whole[: found.start()]}'{WAYS[way](KEY)}'{whole[found.end() :]}"
        for broken in (text, text[:-2], text.replace(KEY, f"{KEY}\n", 1)):
            assert_hidden(judged(tmp_path, {"main.bicep": broken}, target="main.bicep"), *PIECES)
    assert len(places) > 10


def test_a_secret_without_a_shape_is_known_by_its_mark(tmp_path: Path) -> None:
    secure = {"s": {"type": "secureString", "defaultValue": PASSWORD}}
    used = template(
        [having(HUB, comments="[parameters('s')]")],
        parameters=secure,
        outputs={"o": {"type": "string", "value": "[parameters('s')]"}},
    )
    hidden = plan(Block("azurerm_iothub.open", {"name": "o", "tags": {"a": Hidden(PASSWORD)}}),
                  outputs={"o": {"sensitive": True, "value": PASSWORD}})  # fmt: skip
    marked = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    shown = {**marked, "plaintext": json.dumps(PASSWORD)}
    hub = {**states.HUB, "inputs": {**states.HUB["inputs"], "tags": {"a": shown}}}
    state = {"version": 3, "deployment": {"manifest": {}, "resources": [hub]}}
    param = f"@secure()\nparam s string = '{PASSWORD}'\noutput o string = s\n"
    files: list[tuple[str, str | bytes]] = [
        ("main.json", json.dumps(used, indent=1)),
        ("plan.json", hidden),
        ("state.json", json.dumps(state)),
        ("main.bicep", param + bicep.BASE),
    ]
    for name, text in files:
        said = judged(tmp_path / name, {name: text}, target=name)
        assert said.report is not None
        assert said.report.findings
        assert_hidden(said, PASSWORD)
