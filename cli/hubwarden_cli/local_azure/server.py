"""HTTPS on loopback: takes requests apart and sends the answers, whole or not."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from .faults import Fault
from .front import Front, Handle
from .message import Answer, Request

# Of a connection that nobody uses.
_IDLE_SECONDS: Final = 120
_ENDS: Final = (ConnectionError, TimeoutError, ssl.SSLError)


class Listener:
    """A server on a port of its own, with the handler of what it stands for."""

    def __init__(
        self, front: Front, handle: Handle, context: ssl.SSLContext, port: int = 0
    ) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.front, self._server.handle, self._server.context = front, handle, context
        self.port: int = self._server.server_address[1]
        self._server.origin = f"https://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Ends its connections too, as a machine that goes down does."""
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_all()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    front: Front
    handle: Handle
    context: ssl.SSLContext
    origin: str

    def __init__(self, *arguments: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, peer = super().get_request()
        plain.settimeout(_IDLE_SECONDS)
        # TLS writes little pieces of its own, and an answer would wait until they are confirmed.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The thread of the connection shakes hands, so that a slow guest holds up nobody.
        wrapped = self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._open.add(wrapped)
        return wrapped, peer

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), _ENDS):
            super().handle_error(request, client_address)

    def cut_all(self) -> None:
        for connection in list(self._open):
            cut(connection)


def cut(connection: socket.socket) -> None:
    """Ends a connection without a word."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The request log has it."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        request = Request(
            self.command,
            unquote(address.path),
            dict(parse_qsl(address.query, keep_blank_values=True)),
            {name.lower(): text for name, text in self.headers.items()},
            body,
            self.server.origin,
        )
        answer, fault = self.server.front.serve(self.server.handle, request)
        if answer is None:
            self.close_connection = True
            cut(self.connection)
        else:
            self._send(answer, fault)

    # The library names them.
    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        headers = {
            **answer.headers,
            **({"Content-Type": "application/json"} if body else {}),
            "Content-Length": str(len(body)),
        }
        head = f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}\r\n" + "".join(
            f"{name}: {text}\r\n" for name, text in headers.items()
        )
        sent = f"{head}\r\n".encode() + body
        if fault is not None and fault.kind == "slow":
            for place in range(len(sent)):
                self.wfile.write(sent[place : place + 1])
                time.sleep(fault.seconds / len(sent))
        elif fault is not None and fault.kind == "truncated":
            self.wfile.write(sent[: len(sent) - (len(body) + 1) // 2])
            self.close_connection = True
            cut(self.connection)
        else:
            self.wfile.write(sent)
