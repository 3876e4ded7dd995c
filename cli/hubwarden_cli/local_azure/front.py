"""The way of a request through the faults, the part that it is for, and the log."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from http.client import responses
from typing import Any

from hubwarden_cli.azure.clock import Clock

from .behaviour import Behaviour
from .faults import Fault, Faults
from .message import Answer, Problem, Request, azure_error, retry_after
from .request_log import Logged, RequestLog

Handle = Callable[[Request], Answer]


class Front:
    """One for all servers of a double: the way of a request through faults, handler and log."""

    def __init__(
        self, clock: Clock, behaviour: Behaviour, faults: Faults, log: RequestLog, handle_lock: Any
    ) -> None:
        self._clock, self._behaviour, self._faults = clock, behaviour, faults
        self._log, self._lock = log, handle_lock

    def serve(self, handle: Handle, request: Request) -> tuple[Answer | None, Fault | None]:
        """The answer, None where the connection is cut, and the fault that struck."""
        fault = self._faults.strike(request.method, request.path)
        entry = Logged(
            number=self._log.number(),
            at=self._clock.now(),
            method=request.method,
            path=request.path,
            status=None,
            fault=fault.kind if fault else None,
            if_match=request.headers.get("if-match"),
            client_request_id=request.headers.get("x-ms-client-request-id"),
        )
        self._log.tell("arrived", entry)
        answer = self._answer(handle, request, fault)
        self._log.tell("done", replace(entry, status=answer.status if answer else None))
        if fault is not None and fault.kind == "cut_after":
            return None, fault
        if fault is not None and fault.kind == "500_after":
            return _broken(), fault
        return answer and self._dated(answer), fault

    def _dated(self, answer: Answer) -> Answer:
        date = formatdate(self._clock.now(), usegmt=True)
        return replace(answer, headers={"Date": date, **answer.headers})

    def _answer(self, handle: Handle, request: Request, fault: Fault | None) -> Answer | None:
        if fault is not None:
            if fault.kind == "cut_before":
                return None
            if fault.kind == "500_before":
                return _broken()
            if fault.kind.isdecimal():
                return self._refused(fault)
        with self._lock:
            try:
                return handle(request)
            except Problem as problem:
                return problem.answer
            except Exception:  # noqa: BLE001
                # A mistake of the double's. The lines of its source are all that this shows.
                traceback.print_exc(file=sys.stderr)
                return azure_error(500, "DoubleFailed", "The double itself failed.")

    def _refused(self, fault: Fault) -> Answer:
        status = int(fault.kind)
        told = azure_error(
            status, responses[status].replace(" ", ""), "A fault that was asked for."
        )
        form = self._behaviour.retry_after_form
        return Answer(status, told.body, retry_after(fault.retry_after, form, self._clock.now()))


def _broken() -> Answer:
    return azure_error(500, "InternalServerError", "A fault that was asked for.")
