"""A kept connection of a consumer. Standard library only, as the consumers are."""

from __future__ import annotations

import http.client
import ssl
from typing import Final
from urllib.parse import urlsplit

_TIMEOUT: Final = 10.0


class Unserved(Exception):
    """A call that brought no answer of use."""


class Connection:
    """One kept connection to an origin, made again when it breaks."""

    def __init__(self, url: str, ca: str) -> None:
        split = urlsplit(url)
        self._prefix = split.path
        self._inner = http.client.HTTPSConnection(
            split.hostname or "",
            split.port,
            timeout=_TIMEOUT,
            context=ssl.create_default_context(cafile=ca),
        )

    def call(self, method: str, path: str, authorization: str) -> tuple[int, bytes]:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        body = None if method == "GET" else "{}"
        try:
            self._inner.request(method, self._prefix + path, body, headers)
            answer = self._inner.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._inner.close()
            raise Unserved from error
