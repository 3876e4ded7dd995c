"""Templates that are made to break what reads them: an answer, and never a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policies.gates.arm.writing import HUB, SAFE, Seen, hub, nested, template

BAD = hub("bad", properties={**SAFE, "disableLocalAuth": False})


def chain(length: int, end: Any) -> dict[str, Any]:
    links = {f"v{i}": f"[variables('v{i + 1}')]" for i in range(length)}
    return {**links, f"v{length}": end}


def doubled(length: int) -> dict[str, Any]:
    links: dict[str, Any] = {f"v{i}": [f"[variables('v{i + 1}')]"] * 2 for i in range(length)}
    return {**links, f"v{length}": "x"}


def twice(name: str) -> str:
    return f"[concat(variables('{name}'), variables('{name}'))]"


def function(body: str) -> list[dict[str, Any]]:
    output = {"type": "string", "value": body}
    member = {"parameters": [{"name": "p", "type": "string"}], "output": output}
    return [{"namespace": "n", "members": {"f": member}}]


def deep(levels: int) -> dict[str, Any]:
    made = template([BAD])
    for _ in range(levels):
        made = template([nested(made)])
    return made


USING = hub(tags={"a": "[variables('v0')]"})
CASES = {
    "a chain of variables": template([USING, BAD], variables=chain(3000, "x")),
    "a cycle of variables": template([USING, BAD], variables=chain(2, "[variables('v0')]")),
    "a cycle of a parameter": template(
        [hub(tags={"a": "[parameters('a')]"}), BAD],
        parameters={"a": {"type": "string", "defaultValue": "[parameters('a')]"}},
    ),
    "arrays of arrays": template([USING, BAD], variables=doubled(24)),
    "a text that doubles": template(
        [USING, BAD],
        variables={
            **{f"v{i}": twice(f"v{i + 1}") for i in range(30)},
            "v30": "planted",
        },
    ),
    "a function that calls itself": template(
        [hub(tags={"a": "[n.f('x')]"}), BAD], functions=function("[n.f(parameters('p'))]")
    ),
    "a function that calls itself twice": template(
        [hub(tags={"a": "[n.f('x')]"}), BAD],
        functions=function("[concat(n.f(parameters('p')), n.f(parameters('p')))]"),
    ),
    "a loop of a million": template([hub(copy={"name": "c", "count": 1_000_000}), BAD]),
    "loops in loops": template(
        [
            BAD,
            {
                **nested(
                    template(
                        [
                            {
                                "type": "A.B/c",
                                "apiVersion": "1",
                                "name": "[concat('c', copyIndex())]",
                                "copy": {"name": "inner", "count": 800},
                            }
                        ]
                    ),
                    "[concat('n', copyIndex())]",
                ),
                "copy": {"name": "outer", "count": 800},
            },
        ]
    ),
    "outputs that lead back": template(
        [
            BAD,
            *(
                nested(
                    template(
                        [],
                        parameters={"p": {"type": "string"}},
                        outputs={"o": {"type": "string", "value": "[parameters('p')]"}},
                    ),
                    one,
                    parameters={"p": f"[reference('{other}').outputs.o.value]"},
                )
                for one, other in (("a", "b"), ("b", "a"))
            ),
            hub("[reference('a').outputs.o.value]"),
        ]
    ),
}
# Nobody knows what these come to, and nothing is wrong with them.
UNKNOWN = {"outputs that lead back"}


@pytest.mark.parametrize("name", CASES)
def test_it_ends_and_the_bad_hub_is_still_flagged(name: str) -> None:
    seen = Seen(CASES[name])
    assert bool(seen.errors) is (name not in UNKNOWN)
    bad = {one.address for one in seen.resources.values() if one.name == "bad"}
    assert bad
    assert bad <= seen.of("hub-local-auth")


def test_templates_in_templates_are_read_as_deep_as_azure_goes() -> None:
    assert len(Seen(deep(5)).of("hub-local-auth")) == 1
    assert Seen(deep(40)).errors


@pytest.mark.parametrize(
    "value", [None, True, 5, 1.5, "x", "[", "[]", "[[x]", [], [1], {}, {"a": 1}]
)
@pytest.mark.parametrize(
    "place",
    [
        *("name", "type", "apiVersion", "location", "tags", "properties", "sku", "identity"),
        *("copy", "condition", "scope", "resources", "dependsOn", "comments", "existing", "kind"),
    ],
)
def test_any_value_anywhere_in_a_resource_has_an_answer(place: str, value: Any) -> None:
    seen = Seen(template([hub(**{place: value}) if place != "name" else hub(value), BAD]))
    assert f"{HUB}(bad)" in seen.of("hub-local-auth")


@pytest.mark.parametrize(
    "value", [None, True, 5, "x", "[", "[x", [], [1], {}, {"a": 1}, {"copy": 1}]
)
@pytest.mark.parametrize("section", ["parameters", "variables", "functions", "outputs", "$schema"])
def test_any_value_anywhere_in_a_template_has_an_answer(section: str, value: Any) -> None:
    made = template([BAD, hub(tags={"a": "[variables('a')]", "b": "[parameters('b')]"})])
    seen = Seen({**made, section: value})
    assert f"{HUB}(bad)" in seen.of("hub-local-auth")
