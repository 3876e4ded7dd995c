"""How a call to Azure fails: errors whose texts hold neither a body nor a key.

A service may echo what it was sent, so that of its answer only the status and a code of a known
shape are kept.
"""

from __future__ import annotations

from typing import Final

from hubwarden_cli.guard import Refusal


class Failure(Exception):
    """A call to Azure that did not bring what it was for."""


# What changes something, by the first word of a call's name.
_WRITES: Final = frozenset({"PUT", "PATCH", "DELETE", "set", "tag", "delete", "purge", "link"})


class Unanswered(Failure):
    """Nobody knows whether it took effect: cut, timed out, 5xx, 408, or an unreadable answer."""

    def __init__(self, call: str, reason: str) -> None:
        writes = call.partition(" ")[0] in _WRITES
        told = "; whether it took effect is unknown" if writes else ""
        super().__init__(f"{call}: {reason}{told}.")
        self.call = call
        self.reason = reason


class Astray(Unanswered):
    """The answer points to another origin. No token goes there."""

    def __init__(self, call: str, host: str) -> None:
        super().__init__(call, f"the answer points to another host ({host}), which is not followed")
        self.host = host


class Unreachable(Failure):
    """The name did not resolve or nobody accepted the connection: nothing was sent."""

    def __init__(self, host: str, port: int, reason: str = "cannot be reached") -> None:
        super().__init__(f"{host}:{port} {reason}; nothing was sent.")
        self.host = host
        self.port = port


class Untrusted(Unreachable):
    """The host's certificate is not trusted: nothing was sent."""

    def __init__(
        self,
        host: str,
        port: int,
        reason: str = "shows a certificate that is not trusted (behind a proxy that inspects TLS,"
        " set REQUESTS_CA_BUNDLE to its CA)",
    ) -> None:
        super().__init__(host, port, reason)


class NoAuthorities(Untrusted):
    """The file of the CAs to trust cannot be read: nothing was sent."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            host,
            port,
            "cannot be trusted, for the file of the CAs is missing or cannot be read (correct or"
            " unset REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE)",
        )


class Refused(Failure):
    """The service answered and did nothing. `status` is HTTP's, `code` the service's own or ""."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


class Forbidden(Refused):
    """401 or 403: the caller has no right to it."""


class Missing(Refused):
    """404. A hub in failover answers so too: never take it for deleted."""


class Stale(Refused):
    """412. It proves nothing about who wrote: read before judging."""


class Busy(Refused):
    """409: the resource is changing, or the state forbids it."""


class Throttled(Refused):
    """429, or 503 as an answer of the service's own: try after `retry_after` seconds, if given."""

    def __init__(self, status: int, code: str, text: str, retry_after: float | None = None) -> None:
        super().__init__(status, code, text)
        self.retry_after = retry_after


class NoCredential(Refusal):
    """Nothing on this machine gives a token; the text says what was tried."""


BY_STATUS: Final[dict[int, type[Refused]]] = {
    401: Forbidden,
    403: Forbidden,
    404: Missing,
    409: Busy,
    412: Stale,
}
