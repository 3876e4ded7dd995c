"""A request and an answer, as the parts of the double hand them to each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, TypeAlias

from .behaviour import RetryAfterForm

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """Header names in lower case; `path` without query; `origin` is the scheme, host and port."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    origin: str

    def json(self) -> Json:
        """The body, which must be an object (else 400)."""
        try:
            read = json.loads(self.body)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise Problem(azure_error(400, "InvalidRequestContent", "The body is no JSON object."))
        return read

    def below(self, prefix: str) -> Request:
        """The same request with a path that starts after a prefix."""
        return replace(self, path=self.path.removeprefix(prefix))


@dataclass(frozen=True)
class Answer:
    """What goes back; a body of None is an empty one."""

    status: int
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class Problem(Exception):
    """Ends the handling of a request with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


def azure_error(status: int, code: str, message: str, inner: str | None = None) -> Answer:
    """An error in the shape that Resource Manager and Key Vault share."""
    error: Json = {"code": code, "message": message}
    if inner is not None:
        error["innererror"] = {"code": inner}
    return Answer(status, {"error": error})


def iot_error(status: int, number: int, name: str, message: str, *, prefix: str = "IH") -> Answer:
    """An error of the resource provider of hubs and DPS, which has a shape of its own."""
    told = f"{message} errorcode: {prefix}{number}."
    return Answer(status, {"code": number, "httpStatusCode": name, "message": told})


def retry_after(seconds: float | None, form: RetryAfterForm, now: float) -> dict[str, str]:
    """The header that tells a client when to come again."""
    if seconds is None:
        return {}
    if form == "seconds":
        return {"Retry-After": f"{seconds:g}"}
    if form == "http-date":
        return {"Retry-After": formatdate(now + seconds, usegmt=True)}
    return {form: f"{seconds * 1000:.0f}"}
