"""An answer of a service: its body, and the links in it, which may lead nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin, urlsplit

from hubwarden_cli.azure.failures import Astray, Unanswered


@dataclass(frozen=True)
class Answer:
    """What came for a request. `name` says which one, `url` is where it went."""

    name: str
    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    def body(self) -> dict[str, Any]:
        """The JSON object that came; Unanswered where it is none."""
        body = self.parsed()
        if not isinstance(body, dict):
            raise Unanswered(self.name, "the answer is no JSON object")
        return body

    def parsed(self) -> object:
        """What came, or None where it cannot be read."""
        try:
            return json.loads(self.content, parse_float=_exactly)
        except (ValueError, RecursionError):
            return None

    def link(self, target: str) -> str:
        """Path and query of a link in this answer; Astray if it leads to another origin."""
        try:
            url = urljoin(self.url, target)
        except ValueError:
            raise Astray(self.name, "no address") from None
        if origin(url) != origin(self.url):
            raise Astray(self.name, urlsplit(url).hostname or "?")
        parts = urlsplit(url)
        return parts._replace(scheme="", netloc="", fragment="").geturl()


def origin(url: str) -> str:
    """Scheme, host and port of a URL, in one spelling; no two origins have the same."""
    parts = urlsplit(url)
    try:
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return url
    # What an address hides before an @, or behind a backslash, is read differently by others.
    if parts.username is not None or "\\" in url:
        return url
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _exactly(text: str) -> float:
    """A number that is written back as the same number, or a ValueError."""
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise ValueError("a number that Python would change")
    return number
