"""What is known stays known, what is not shows where it came from, what is secret stays secret."""

from __future__ import annotations

from typing import Any

import pytest

from hubwarden_policies.gates.arm.expressions import Budget, Evaluator, ExpressionError
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

from .scopes import PARAMETERS, PLANTED, PlainScope, evaluated

UNKNOWN_PARAMETER = Hole("parameters('unknown')", "")


def test_expressions_are_evaluated_wherever_they_stand() -> None:
    value = {"[concat('a', 'b')]": ["[add(1, 2)]", {"x": "[true()]"}], "plain": None}
    assert evaluated(value) == {"ab": [3, {"x": True}], "plain": None}


@pytest.mark.parametrize("text", ["plain", "[open", "closed]", "", "a [concat('b')]"])
def test_what_is_no_expression_stays(text: str) -> None:
    assert evaluated(text) == text


def test_two_brackets_are_a_text_with_one() -> None:
    assert evaluated("[[concat('a')]") == "[concat('a')]"


def test_names_have_no_case() -> None:
    assert evaluated("[CONCAT('a', PARAMETERS('dogs')[1].NAME)]") == "aCasper"


def test_a_quote_is_written_twice() -> None:
    assert evaluated("[ concat( 'it''s' ,\n' on' ) ]") == "it's on"


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("concat('hub-', parameters('unknown'), '-x')", ("hub-", UNKNOWN_PARAMETER, "-x")),
        ("format('{0}/{1}', 'a', parameters('unknown'))", ("a/", UNKNOWN_PARAMETER)),
        ("toLower(concat('HUB', parameters('unknown')))", ("hub", UNKNOWN_PARAMETER)),
        ("join(createArray('a', parameters('unknown')), '-')", ("a-", UNKNOWN_PARAMETER)),
        ("concat('a', concat('b', parameters('unknown')))", ("ab", UNKNOWN_PARAMETER)),
    ],
)
def test_a_text_keeps_what_is_known_of_it(expression: str, parts: tuple[Any, ...]) -> None:
    assert evaluated(f"[{expression}]") == Made(parts)


def test_a_property_of_an_unknown_object_says_which() -> None:
    value = evaluated("[reference('hub').properties.endpoints[0]['path']]")
    assert value == Made((Hole("reference('hub')", "properties.endpoints[0].path"),))


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("and(parameters('unknown'), false())", False),
        ("or(parameters('unknown'), true())", True),
        ("if(parameters('unknown'), 1, 1)", 1),
        ("if(true(), 1, nothing())", 1),
        ("and(false(), nothing())", False),
        ("coalesce('a', nothing())", "a"),
        ("coalesce(concat('a', parameters('unknown')), 'b')", Made(("a", UNKNOWN_PARAMETER))),
        ("contains(createArray('a', parameters('unknown')), 'a')", True),
        ("length(createArray(parameters('unknown')))", 1),
        ("empty(concat('a', parameters('unknown')))", False),
        ("first(createArray('a', parameters('unknown')))", "a"),
        ("union(createObject('a', 1), createObject('b', parameters('unknown'))).a", 1),
    ],
)
def test_what_no_unknown_can_change_is_known(expression: str, result: Any) -> None:
    assert evaluated(f"[{expression}]") == result


@pytest.mark.parametrize(
    "expression",
    ["and(parameters('unknown'), true())", "or(parameters('unknown'), false())",
     "if(parameters('unknown'), 1, 2)", "if(parameters('unknown'), 1, nothing())",
     "not(parameters('unknown'))", "equals(parameters('unknown'), 'a')",
     "equals(createArray(parameters('unknown')), createArray(1))",
     "contains(createArray(parameters('unknown')), 'a')", "empty(parameters('unknown'))",
     "length(parameters('unknown'))", "coalesce(parameters('unknown'), 'a')",
     "union(createObject('a', 1), parameters('unknown'))", "array(parameters('unknown'))",
     "split(parameters('unknown'), ',')", "string(createArray(parameters('unknown')))",
     "filter(createArray(1), lambda('a', equals(lambdaVariables('a'), parameters('unknown'))))",
     "greater(reference('x').count, 1)"],
)  # fmt: skip
def test_what_an_unknown_may_change_is_unknown_and_shows_the_expression(expression: str) -> None:
    assert evaluated(f"[{expression}]") == Made((Hole(expression, ""),))


def test_an_unknown_object_is_not_hidden_by_one_that_is_merged_into_it() -> None:
    merged = evaluated(
        "[union(createObject('p', parameters('unknown')), createObject('p', createObject('a', 1)))]"
    )
    assert merged == {"p": Made((UNKNOWN_PARAMETER,))}


@pytest.mark.parametrize(
    "expression",
    ["parameters('secret')", "concat('Key=', parameters('secret'))",
     "base64(parameters('secret'))", "toUpper(parameters('secret'))",
     "format('{0}', parameters('secret'))", "string(createArray(parameters('secret')))",
     "join(createArray('a', parameters('secret')), ',')", "take(parameters('secret'), 3)",
     "if(true(), parameters('secret'), '')", "if(parameters('unknown'), parameters('secret'), '')",
     "createObject('a', parameters('secret')).a", "listKeys('hub', '2023-06-30').primaryKey",
     "concat('Key=', parameters('password'))", "first(createArray(parameters('secret')))",
     "coalesce(parameters('password'), 'a')", "guid(parameters('secret'))"],
)  # fmt: skip
def test_what_comes_of_a_secret_is_one(expression: str) -> None:
    value = evaluated(f"[{expression}]")
    assert isinstance(value, Secret)
    assert PLANTED not in repr(value)


def test_a_secret_inside_of_an_object_marks_only_itself() -> None:
    value = evaluated("[createObject('a', parameters('secret'), 'b', 'c')]")
    assert value == {"a": Secret(PLANTED), "b": "c"}


def test_a_secret_that_nobody_knows_is_just_that() -> None:
    assert evaluated("[parameters('password')]") == Secret(UNKNOWN)


def test_whether_a_secret_is_there_is_no_secret() -> None:
    assert evaluated("[empty(parameters('secret'))]") is False
    assert evaluated("[if(empty(parameters('password')), 'none', 'none')]") == "none"


def test_a_key_that_nobody_knows_leaves_nothing_known_of_its_object() -> None:
    value = evaluated({"[parameters('unknown')]": "Enabled", "publicNetworkAccess": "Disabled"})
    assert value == Made((UNKNOWN_PARAMETER,))


def test_a_key_that_is_an_id_hides_nothing() -> None:
    value = evaluated({"[concat('/subscriptions/', parameters('unknown'))]": {}, "a": 1})
    assert value == {"/subscriptions/{parameters('unknown')}": {}, "a": 1}


def test_a_computed_key_does_not_replace_a_written_one() -> None:
    with pytest.raises(ExpressionError, match="same name"):
        evaluated({"publicNetworkAccess": "Enabled", "[concat('PublicNetworkAccess')]": "Disabled"})


def test_an_error_says_where() -> None:
    with pytest.raises(ExpressionError, match="no parameter other") as raised:
        evaluated({"a": [1, {"b": "[concat('x', parameters('other'))]"}]})
    assert raised.value.path == ("a", 1, "b")
    assert raised.value.column == len("[concat('x', ") + 1


def test_the_rest_is_evaluated_where_something_is_wrong() -> None:
    failed: list[ExpressionError] = []
    value = PlainScope().evaluator.value({"a": ["[oops()]"], "b": "[add(1, 1)]"}, failed.append)
    assert value == {"a": [UNKNOWN], "b": 2}
    assert [error.path for error in failed] == [("a", 0)]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("cncat('a')", "is concat() meant"),
        ("parameter('a')", "is parameters() meant"),
        ("parameters('dogs')[4]", "4 elements"),
        ("parameters('dogs')[0].nam", "is name meant"),
        ("parameters('dogs').name", "an array"),
        ("concat('a', parameters('unknown')).b", "text"),
        ("copyIndex(1, 'loop')", "in this order"),
        ("parameters(1)", "quote it"),
        ("resourceId('a')", "takes 2 or more"),
    ],
)
def test_what_is_wrong_has_a_way_out(expression: str, says: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        evaluated(f"[{expression}]")
    assert says in raised.value.message


def test_what_the_template_knows_is_asked_of_it() -> None:
    assert evaluated("[copyIndex('loop', 2)]") == ["loop", 2]
    assert evaluated("[copyIndex(1)]") == [None, 1]
    assert evaluated("[ns.join('a', 1)]") == ["ns", "join", "a", 1]


def test_no_secret_is_in_what_is_said() -> None:
    long = "planted0123456789" * 3
    for text in (f"[add(1, '{long}')]", f"[concat('{long}]", f"[int('{long}')]", f"['{long}'.a]"):
        with pytest.raises(ExpressionError) as raised:
            evaluated(text)
        assert long not in raised.value.message
    assert long not in repr(evaluated(f"[base64(concat('{long}', parameters('unknown')))]"))


def test_variables_that_lead_to_each_other_end_in_a_sentence() -> None:
    chain = {f"v{index}": f"[variables('v{index + 1}')]" for index in range(5_000)}
    with pytest.raises(ExpressionError, match="too many times"):
        evaluated("[variables('v0')]", chain)


def test_a_budget_is_for_all_that_share_it() -> None:
    budget = Budget(steps=5)
    for _ in range(2):
        Evaluator(PlainScope(), budget).value("[concat('a', toLower('B'))]")
    with pytest.raises(ExpressionError, match="steps"):
        Evaluator(PlainScope(), budget).value("[concat('a', toLower('B'))]")


def test_loops_in_loops_end() -> None:
    inner = "map(range(0, 9000), lambda('b', add(lambdaVariables('a'), 1)))"
    with pytest.raises(ExpressionError, match="steps"):
        Evaluator(PlainScope(), Budget(steps=50_000)).value(
            f"[length(map(range(0, 9000), lambda('a', {inner})))]"
        )


@pytest.mark.parametrize(
    "body",
    ["equals(parameters('dogs'), parameters('dogs'))", "contains(parameters('dogs'), 1)",
     "tryGet(parameters('dogs')[0], 'x')"],
)  # fmt: skip
def test_a_large_value_costs_more_than_a_small_one(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps(count: int) -> int:
        large = [{f"k{index}": "v" for index in range(count)}]
        monkeypatch.setitem(PARAMETERS, "dogs", large)
        budget = Budget()
        left = budget.steps
        Evaluator(PlainScope(), budget).value(f"[{body}]")
        return left - budget.steps

    assert steps(20_000) > 500 + steps(1)
