"""The wire under every client: one transport, and failures in our words."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestTimeoutError,
)
from azure.core.pipeline.transport import RequestsTransport

from hubwarden_cli.azure.failures import (
    BY_STATUS,
    Failure,
    NoAuthorities,
    NoCredential,
    Refused,
    Throttled,
    Unanswered,
    Unreachable,
    Untrusted,
)

T = TypeVar("T")

# What services name their reasons by. A body may hold a key, and no key looks like this.
_CODE: Final = re.compile(r"[A-Za-z]{1,64}\d{0,8}|\d{1,8}")


# A POST reads, in all that is asked here: keys, and queries.
_READS: Final = frozenset({"GET", "HEAD", "POST"})


Fence = Callable[[], None]
# Of the Date of an answer.
Heard = Callable[[str], None]


def unfenced() -> None:
    """Every write may leave."""


def unheard(date: str) -> None:
    """Nobody minds what time it is there."""


@dataclass(frozen=True)
class Wire:
    """How long to wait, in seconds: for a connection, for an answer, and how to wait at all.

    `fence` is asked right before a write leaves; what it raises keeps the write here. `heard` is
    told the time of each answer.
    """

    connect: float = 10
    read: float = 60
    sleep: Callable[[float], None] = time.sleep
    fence: Fence = unfenced
    heard: Heard = unheard

    def transport(self, verify: bool | str) -> RequestsTransport:
        """A transport that trusts the public CAs, or only the one in the file `verify`."""
        return _Transport(verify, self)


class _Transport(RequestsTransport):  # type: ignore[misc]  # it is loaded late, without types
    def __init__(self, verify: bool | str, wire: Wire) -> None:
        super().__init__(
            connection_timeout=wire.connect,
            read_timeout=wire.read,
            connection_verify=verify,
            # A CA of its own is a double on this machine: no proxy lies between.
            use_env_settings=verify is True,
        )
        self._wait = wire.sleep
        self._fence = wire.fence
        self._heard = wire.heard

    def send(self, request: Any, **options: Any) -> Any:
        if request.method not in _READS:
            self._fence()
        response = super().send(request, **options)
        self._heard(response.headers.get("Date", ""))
        return response

    def open(self) -> None:
        super().open()
        # Without any, requests puts what ~/.netrc says in the place of our token.
        self.session.auth = _as_it_is

    def sleep(self, duration: float) -> None:
        self._wait(duration)


def _as_it_is(request: Any) -> Any:
    return request


def answered(call: Callable[[], T], name: str, url: str) -> T:
    """What the call gives; an error of an SDK becomes a failure that holds nothing of it.

    `name` says what is called, without a key; `url` whom. The failure is raised outside of the
    handler, or it would carry the original error along.
    """
    try:
        return call()
    except HttpResponseError as error:
        if error.status_code is None or error.response is None:
            failure = _without_answer(error, name, url)
        else:
            headers: Mapping[str, str] = getattr(error.response, "headers", {})
            failure = refusal(name, error.status_code, code_of(told_in(error)), headers)
    except AzureError as error:
        failure = _without_answer(error, name, url)
    except OSError:
        # What the network does arrives as an AzureError. This is requests, which looks for the CAs
        # before it connects and does not find the file.
        failure = NoAuthorities(*_whom(url))
    raise failure


def refusal(name: str, status: int, code: str, headers: Mapping[str, str]) -> Failure:
    """The failure that an answer with this status is."""
    pause = pause_of(headers)
    told = f"{status} {code}".rstrip()
    if status == 429 or (status == 503 and pause is not None):
        return Throttled(status, code, f"{name} was throttled: {told}.", pause)
    if status == 408 or status >= 500:
        return Unanswered(name, f"answered {told}")
    return BY_STATUS.get(status, Refused)(status, code, f"{name} was refused: {told}.")


def code_of(body: object) -> str:
    """The service's code in the body of an error, the innermost one, or ""."""
    found = ""
    while isinstance(body, Mapping):
        code = str(body.get("code") or body.get("Code") or "")
        found = code if _CODE.fullmatch(code) else found
        # Key Vault has been seen to spell it both ways (azure-sdk-for-js issue 24756).
        body = body.get("error") or body.get("innererror") or body.get("innerError")
    return found


def pause_of(headers: Mapping[str, str]) -> float | None:
    """The seconds that a service asks to wait, by any of the three headers in use."""
    lowered = {name.lower(): text for name, text in headers.items()}
    for name, unit in (("retry-after", 1), ("retry-after-ms", 1000), ("x-ms-retry-after-ms", 1000)):
        text = lowered.get(name, "")
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
            return float(text) / unit
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            continue
        return max(0.0, (date.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    return None


def no_credential(error: AzureError) -> NoCredential:
    """What was tried, by the names in the error; its text may say more than anybody should see."""
    tried = dict.fromkeys(re.findall(r"\b[A-Z]\w+Credential\b", str(error)))
    return NoCredential(
        f"Azure gives no token (tried: {', '.join(tried) or 'the credential given'}): run"
        " `az login`, or give the machine a managed or workload identity."
    )


def told_in(error: HttpResponseError) -> object:
    """The body of an SDK's error, or what stands for it; None where it is none that can be read."""
    # The storage SDK parses XML and leaves the code on the error.
    told = getattr(error, "error_code", None)
    if told:
        return {"code": getattr(told, "value", told)}
    try:
        return error.response.json()  # type: ignore[union-attr]
    except (AttributeError, ValueError, AzureError):
        return None


def _without_answer(error: AzureError, name: str, url: str) -> Failure | NoCredential:
    host, port = _whom(url)
    reasons = list(_reasons(error))
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        return Untrusted(host, port)
    # Of a handshake these are not: the file of the CAs holds none.
    if any(isinstance(one, ssl.SSLError) and one.library == "X509" for one in reasons):
        return NoAuthorities(host, port)
    if any(_before_sending(reason) for reason in reasons):
        return Unreachable(host, port)
    if isinstance(error, ClientAuthenticationError):
        return no_credential(error)
    return Unanswered(name, f"no answer came ({type(reasons[-1]).__name__})")


def _whom(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or url, parts.port or 443


def _before_sending(reason: BaseException) -> bool:
    names = {kind.__name__ for kind in type(reason).__mro__}
    return (
        isinstance(reason, ConnectionRefusedError | socket.gaierror | ServiceRequestTimeoutError)
        # Of urllib3, which is not ours to import: whatever kept a connection from being made.
        or "NewConnectionError" in names
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it; not its context, which may be the caller's earlier trouble."""
    yield error
    for inner in (
        getattr(error, "inner_exception", None),
        getattr(error, "reason", None),
        error.__cause__,
        *error.args,
    ):
        if isinstance(inner, BaseException) and inner is not error:
            yield from _reasons(inner)
            return
