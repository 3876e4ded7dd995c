"""Encodings of texts: base64, addresses, JSON. Source: "String functions for ARM templates"."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect
from hubwarden_policies.gates.arm.text.decoding import NotJson
from hubwarden_policies.gates.arm.text.parsing import parsed

_STRING: Final = re.compile(
    # What is open ends with the text, so that it is looked through once.
    r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|\'((?:[^\'\\]|\\.)*)(?:\'|\\?\Z)',
    re.DOTALL,
)
_DATA: Final = re.compile(r"data:[^,]*?(?P<encoded>;base64)?,(?P<data>.*)", re.DOTALL)


def _base64(text: Any) -> str:
    return base64.b64encode(expect(text, str).encode()).decode()


def _from_base64(text: Any) -> str:
    try:
        return base64.b64decode(expect(text, str), validate=True).decode()
    except binascii.Error:
        raise ExpressionError("its text is not base64") from None
    except UnicodeDecodeError:
        # .NET puts a mark in the place of what is no UTF-8.
        raise NotKnown from None


def _json(text: Any) -> Any:
    if text is None:
        return None
    try:
        # Newtonsoft takes single quotes, and Microsoft's own examples use them.
        return parsed(_STRING.sub(_double_quoted, expect(text, str)))
    except NotJson:
        raise ExpressionError("its text is not JSON") from None


def _double_quoted(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    return json.dumps(match[1].replace("\\'", "'"), ensure_ascii=False)


def _data_uri(text: Any) -> str:
    return f"data:text/plain;charset=utf8;base64,{_base64(text)}"


def _from_data_uri(text: Any) -> str:
    match = _DATA.fullmatch(expect(text, str))
    if match is None:
        raise ExpressionError("its text is not a data URI")
    return _from_base64(match["data"]) if match["encoded"] else unquote(match["data"])


def _uri(base: Any, relative: Any) -> str:
    parts = urlsplit(expect(base, str))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ExpressionError("it takes a whole address, with https://, as its first argument")
    return str(urljoin(base, expect(relative, str)))


FUNCTIONS: Final = (
    Function("base64", _base64, 1, 1),
    Function("base64ToJson", lambda text: _json(_from_base64(text)), 1, 1),
    Function("base64ToString", _from_base64, 1, 1),
    Function("dataUri", _data_uri, 1, 1),
    Function("dataUriToString", _from_data_uri, 1, 1),
    Function("json", _json, 1, 1),
    Function("uri", _uri, 2, 2),
    Function("uriComponent", lambda text: quote(expect(text, str), safe=""), 1, 1),
    Function("uriComponentToString", lambda text: unquote(expect(text, str)), 1, 1),
)
