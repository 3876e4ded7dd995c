"""The examples of Microsoft's documentation of template functions, and what follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from hubwarden_policies.gates.arm.expressions import ExpressionError
from hubwarden_policies.model import Hole, Made

from .scopes import evaluated

DOCUMENTED = {
    # strings
    "base64('one, two, three')": "b25lLCB0d28sIHRocmVl",
    "base64ToString('b25lLCB0d28sIHRocmVl')": "one, two, three",
    "base64ToJson(base64('{''one'': ''a'', ''two'': ''b''}'))": {"one": "a", "two": "b"},
    "dataUri('Hello')": "data:text/plain;charset=utf8;base64,SGVsbG8=",
    "dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')": "Hello, World!",
    "startsWith('abcdef', 'ab')": True,
    "startsWith('abcdef', 'A')": True,
    "startsWith('abcdef', 'e')": False,
    "endsWith('abcdef', 'F')": True,
    "format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)":
        "Hello, User. Formatted number: 8,175,133",
    "indexOf('test', 't')": 0,
    "lastIndexOf('test', 't')": 3,
    "indexOf('abcdef', 'CD')": 2,
    "lastIndexOf('abcdef', 'AB')": 0,
    "indexOf('abcdef', 'z')": -1,
    "padLeft('123', 10, '0')": "0000000123",
    "replace('123-123-1234', '-', '')": "1231231234",
    "replace('123-123-1234', '1234', 'xxxx')": "123-123-xxxx",
    "skip('one two three', 4)": "two three",
    "split('one,two,three', ',')": ["one", "two", "three"],
    "split('one;two,three', createArray(',', ';'))": ["one", "two", "three"],
    "string(createObject('valueA', 10, 'valueB', 'Example Text'))":
        '{"valueA":10,"valueB":"Example Text"}',
    "string(createArray('a', 'b', 'c'))": '["a","b","c"]',
    "string(5)": "5",
    "substring('one two three', 4, 3)": "two",
    "take('one two three', 2)": "on",
    "toUpper('One Two Three')": "ONE TWO THREE",
    "trim('    one two three   ')": "one two three",
    "uri('http://contoso.org/firstpath', 'myscript.sh')": "http://contoso.org/myscript.sh",
    "uri('http://contoso.org/firstpath/', 'myscript.sh')":
        "http://contoso.org/firstpath/myscript.sh",
    "uri('http://contoso.org', 'myscript.sh')": "http://contoso.org/myscript.sh",
    "uriComponent('http://contoso.com/resources')": "http%3A%2F%2Fcontoso.com%2Fresources",
    "uriComponentToString('a%2Fb')": "a/b",
    "join(createArray('one', 'two'), ';')": "one;two",
    # arrays and objects
    "array(1)": [1],
    "array(createArray('a'))": ["a"],
    "concat(createArray('1-1'), createArray('2-1'))": ["1-1", "2-1"],
    "contains('OneTwoThree', 'e')": True,
    "contains('OneTwoThree', 'one')": False,
    "contains(createObject('one', 1), 'ONE')": True,
    "contains(createArray('one'), 'four')": False,
    "empty(null())": True,
    "empty(createArray())": True,
    "first('One Two')": "O",
    "last(createArray('one', 'three'))": "three",
    "intersection(createArray('one','two','three'), createArray('two','three','four'))":
        ["two", "three"],
    "intersection(createObject('one','a','two','b'), createObject('one','a','two','c'))":
        {"one": "a"},
    "items(createObject('item002', 2, 'item001', 1))":
        [{"key": "item001", "value": 1}, {"key": "item002", "value": 2}],
    "length(createArray('one', 'two'))": 2,
    "range(5, 3)": [5, 6, 7],
    "flatten(createArray(createArray('one', 'two'), createArray('three')))":
        ["one", "two", "three"],
    "union(createArray('one','two'), createArray('two','three'))": ["one", "two", "three"],
    "union(json('{\"p\":{\"one\":\"a\",\"three\":\"c1\"},\"n\":[1,2]}'),"
    "json('{\"p\":{\"three\":\"c2\"},\"n\":[3]}'))": {"p": {"one": "a", "three": "c2"}, "n": [3]},
    "shallowMerge(createArray(json('{\"p\":{\"one\":1}}'), json('{\"p\":{\"two\":2}}')))":
        {"p": {"two": 2}},
    "tryGet(createObject('a', createObject('b', 1)), 'a', 'b')": 1,
    "tryGet(createObject('a', 1), 'x')": None,
    "indexFromEnd(createArray(1, 2, 3), 1)": 3,
    "json('null')": None,
    # numbers
    "add(5, 3)": 8,
    "div(8, 3)": 2,
    "div(-8, 3)": -2,
    "mod(7, 3)": 1,
    "mod(-7, 3)": -1,
    "max(createArray(0, 3, 2))": 3,
    "min(0, 3)": 0,
    "int('4')": 4,
    "sub(7, 3)": 4,
    # logic
    "bool('true')": True,
    "bool(0)": False,
    "coalesce(null(), 'string')": "string",
    "equals('a', 'A')": False,
    "equals(1, '1')": False,
    "equals(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 1))": True,
    "less('A', 'a')": True,
    "greaterOrEquals(5, 5)": True,
    "if(equals('a', 'a'), 'yes', 'no')": "yes",
    "and(true(), true(), false())": False,
    "or(false(), false(), true())": True,
    # dates
    "dateTimeAdd('2023-01-01 00:00:00Z', 'P1Y')": "2024-01-01T00:00:00Z",
    "dateTimeAdd('2024-01-01 00:00:00Z', 'P1Y')": "2024-12-31T00:00:00Z",
    "dateTimeAdd('2024-02-01 00:00:00Z', 'P1M')": "2024-03-02T00:00:00Z",
    "dateTimeAdd('2020-04-07 14:53:14Z', '-P9D', 'yyyy-MM-dd')": "2020-03-29",
    "dateTimeToEpoch('1970-01-02T00:00:00Z')": 86400,
    "dateTimeFromEpoch(86400)": "1970-01-02T00:00:00Z",
    # networks
    "parseCidr('10.144.0.0/20')": {
        "network": "10.144.0.0", "netmask": "255.255.240.0", "broadcast": "10.144.15.255",
        "firstUsable": "10.144.0.1", "lastUsable": "10.144.15.254", "cidr": 20,
    },
    "parseCidr('fdad:3236:5555::/48')": {
        "network": "fdad:3236:5555::", "netmask": "ffff:ffff:ffff::",
        "firstUsable": "fdad:3236:5555::",
        "lastUsable": "fdad:3236:5555:ffff:ffff:ffff:ffff:ffff", "cidr": 48,
    },
    "cidrSubnet('10.144.0.0/20', 24, 4)": "10.144.4.0/24",
    "cidrSubnet('fdad:3236:5555::/48', 52, 1)": "fdad:3236:5555:1000::/52",
    "cidrHost('10.144.3.0/24', 0)": "10.144.3.1",
    "cidrHost('fdad:3236:5555:3000::/52', 4)": "fdad:3236:5555:3000::5",
    # lambdas
    "filter(parameters('dogs'), lambda('dog', greaterOrEquals(lambdaVariables('dog').age, 5)))":
        [{"name": "Evie", "age": 5}, {"name": "Kira", "age": 8}],
    "map(parameters('dogs'), lambda('dog', format('Hello {0}!', lambdaVariables('dog').name)))":
        ["Hello Evie!", "Hello Casper!", "Hello Indy!", "Hello Kira!"],
    "map(createArray('a', 'b'), lambda('each', 'i', lambdaVariables('i')))": [0, 1],
    "reduce(createArray(5, 3, 2, 8), 1, lambda('cur', 'next', "
    "add(lambdaVariables('cur'), lambdaVariables('next'))))": 19,
    "map(sort(parameters('dogs'), lambda('a', 'b', "
    "less(lambdaVariables('a').age, lambdaVariables('b').age))), "
    "lambda('dog', lambdaVariables('dog').name))": ["Indy", "Casper", "Evie", "Kira"],
    "toObject(take(parameters('dogs'), 1), lambda('entry', lambdaVariables('entry').name), "
    "lambda('entry', lambdaVariables('entry').age))": {"Evie": 5},
    "groupBy(createArray('ab', 'c', 'ad'), lambda('x', first(lambdaVariables('x'))))":
        {"a": ["ab", "ad"], "c": ["c"]},
    "mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))": {"a": 2},
}  # fmt: skip


@pytest.mark.parametrize(("expression", "result"), DOCUMENTED.items())
def test_documented(expression: str, result: Any) -> None:
    value = evaluated(f"[{expression}]")
    assert (type(value), value) == (type(result), result)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("'{0:D3}', -7", "-007"),
        ("'{0:000}', 7", "007"),
        ("'{0:X4}', 255", "00FF"),
        ("'{0,4}|{0,-4}|', 7", "   7|7   |"),
        ("'{{{0}}}', 'x'", "{x}"),
        ("'{0}', true()", "True"),
        ("'{0:D3}', 'text'", "text"),
    ],
)
def test_formats_of_dotnet(expression: str, text: str) -> None:
    assert evaluated(f"[format({expression})]") == text


@pytest.mark.parametrize(
    "expression",
    ["format('{0:C}', 7)", "format('{0:P}', 7)", "utcNow()", "newGuid()", "guid('a', 'b')",
     "uniqueString('a')", "dateTimeAdd('4/7/2020 2:53 PM', 'P1D')",
     "dateTimeAdd('2020-04-07', 'P1D', 'dddd')", "string(null())", "int(float('1.5'))"],
)  # fmt: skip
def test_what_is_not_documented_is_not_guessed(expression: str) -> None:
    assert evaluated(f"[{expression}]") == Made((Hole(expression, ""),))


@pytest.mark.parametrize(
    "expression",
    ["add(1, '2')", "add(true(), 1)", "div(1, 0)", "mul(9223372036854775807, 2)", "int('four')",
     "concat(createArray(1), 'a')", "concat(createObject())", "length(5)", "not('true')",
     "and(1, true())", "if('true', 1, 2)", "substring('1234567890', 0, 11)",
     "substring('abc', -1)", "range(0, 10001)", "union(createArray(1), createObject())",
     "less(1, 'a')", "json('{')", "base64ToString('*')", "cidrSubnet('10.0.0.0/20', 16, 0)",
     "cidrSubnet('10.0.0.0/24', 25, 2)", "cidrHost('10.0.0.0/24', 254)", "parseCidr('10.0.0/8')",
     "createObject('a')", "createObject(1, 2)", "createObject('a', 1, 'A', 2)", "format('{1}', 0)",
     "format('{')", "format('}', 1)", "split(1, ',')", "replace('a', '', 'b')",
     "replace(1, 'a', 'bc')", "min()",
     "padLeft('a', 3, '00')", "dateTimeAdd('2020-01-01', 'soon')", "dateTimeAdd('2020-01-01', 'P')",
     "dateTimeFromEpoch(99999999999999999)", "indexFromEnd(createArray(1), 2)", "fail('no')",
     "map(createArray(1), 2)", "length(lambda('a', 1))", "lambda('a', 1)", "equals(1)",
     "filter(createArray(1), lambda('a', 1))", "lambdaVariables('a')", "bool('yes')"],
)  # fmt: skip
def test_what_azure_would_refuse_is_one_sentence(expression: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        evaluated(f"[{expression}]")
    assert raised.value.column > 0
    assert raised.value.message[-1] in ".?"


@pytest.mark.parametrize(
    "expression",
    ["padLeft('a', 2000000000)", "format('{0,999999999}', 'a')",
     "replace(padLeft('', 1000000, 'a'), 'a', padLeft('', 1000000))",
     "join(range(0, 10000), padLeft('', 1000000))",
     "reduce(range(0,10000),'a',lambda('c','n',concat(lambdaVariables('c'),lambdaVariables('c'))))",
     "reduce(range(0, 10000), createArray(), lambda('c', 'n', createArray(lambdaVariables('c'))))",
     "reduce(range(0,99),1,lambda('c','n',createArray(lambdaVariables('c'),lambdaVariables('c'))))"],
)  # fmt: skip
def test_a_small_expression_makes_no_huge_value(expression: str) -> None:
    with pytest.raises(ExpressionError, match="than"):
        evaluated(f"[{expression}]")


def test_an_open_text_in_json_is_looked_through_once() -> None:
    # Quadratic, this is a million millions of steps.
    with pytest.raises(ExpressionError, match="not JSON"):
        evaluated("[json(concat('\"', replace(padLeft('', 1000000), ' ', '\\\"')))]")
