"""Requests to one origin: reads that are repeated, writes that are sent once."""

from __future__ import annotations

from typing import Any, Final

from azure.core.pipeline import Pipeline, PipelineResponse
from azure.core.pipeline.policies import (
    HttpLoggingPolicy,
    RequestIdPolicy,
    RetryPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest, HttpResponse

from hubwarden_cli import __version__
from hubwarden_cli.azure.answer import Answer, origin
from hubwarden_cli.azure.failures import Astray
from hubwarden_cli.azure.wire import Wire, answered, code_of, pause_of, refusal

# A longer pause (in seconds) is the caller's to decide on: the failure carries it.
_LONGEST_PAUSE: Final = 300


class Patience(RetryPolicy[HttpRequest, HttpResponse]):
    """Repeats a request, unless it is sent with `retry_total=0`."""

    def __init__(self) -> None:
        super().__init__(
            retry_total=5, retry_connect=2, retry_read=5, retry_status=5, retry_backoff_max=30
        )

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        # azure-core 1.41 raises a ValueError for a header that is neither number nor date.
        return pause_of(response.http_response.headers)

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        if (self.get_retry_after(response) or 0) > _LONGEST_PAUSE:
            return False
        return bool(super().is_retry(settings, response))


class _Reading(Patience):
    """For what only reads; a POST among it, which azure-core never takes for a read."""

    def configure_retries(self, options: dict[str, Any]) -> dict[str, Any]:
        return super().configure_retries(options) | {"methods": {"GET", "POST"}}


class Channel:
    """Sends to one origin only, so that no token ever reaches another."""

    def __init__(self, url: str, authentication: Any, verify: bool | str, wire: Wire) -> None:
        """`authentication` is a policy of azure-core; `url` any address of the origin."""
        self.origin = origin(url)
        transport = wire.transport(verify)
        # azure-core 1.41 repeats a PUT by itself, even after it took effect. So a write passes no
        # policy of repetition at all, and who sends it reads and compares.
        before: list[Any] = [
            RequestIdPolicy(),
            UserAgentPolicy(base_user_agent=f"hubwarden/{__version__}"),
        ]
        # It logs no body, and of headers and parameters only those that it knows to be harmless.
        after = [authentication, HttpLoggingPolicy()]
        self._once = Pipeline[HttpRequest, HttpResponse](transport, [*before, *after])
        self._repeatedly = Pipeline[HttpRequest, HttpResponse](
            transport, [*before, _Reading(), *after]
        )

    def read(self, method: str, url: str, content: bytes | None = None, **headers: str) -> Answer:
        """The answer, asked for again while the service is busy or the line is cut."""
        return self._send(self._repeatedly, method, url, content, headers)

    def write(self, method: str, url: str, content: bytes, **headers: str) -> Answer:
        """The answer to a request that is sent once, whatever happens."""
        return self._send(self._once, method, url, content, headers)

    def _send(
        self,
        pipeline: Pipeline[HttpRequest, HttpResponse],
        method: str,
        url: str,
        content: bytes | None,
        headers: dict[str, str],
    ) -> Answer:
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        if content is not None:
            told["Content-Type"] = "application/json"
        request = HttpRequest(method, url, headers=told, content=content)
        name = f"{method} {request.url.partition('?')[0].removeprefix(self.origin)}"
        if origin(request.url) != self.origin:
            raise Astray(name, origin(request.url))
        response = answered(lambda: pipeline.run(request).http_response, name, url)
        answer = Answer(name, url, response.status_code, response.headers, response.read())
        if not 200 <= answer.status < 300:
            code = code_of({"code": answer.headers.get("x-ms-error-code")})
            raise refusal(name, answer.status, code or code_of(answer.parsed()), answer.headers)
        return answer
