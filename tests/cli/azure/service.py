"""A service with a script: a double of any HTTPS service of Azure.

It answers what a test lays out and remembers what it was asked. It imitates no behaviour of Azure:
no tokens are checked, nothing is stored, and it knows no state.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from azure.core.credentials import AccessToken
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hubwarden_cli.azure.clouds import CLOUDS
from hubwarden_cli.azure.endpoints import Address, Endpoints

TOKEN = "planted-token-not-a-credential"


@dataclass(frozen=True)
class Reply:
    """What to answer; `cut` ends the connection instead of the answer, or within its body."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Literal["", "answer", "body"] = ""

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """What was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes


@dataclass
class Service:
    """Answers by the script, then forever with its last line."""

    url: str
    ca: str
    script: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def next(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def answers(self, *script: Reply) -> None:
        self.script[:] = script


@dataclass(frozen=True)
class Here(Endpoints):
    """All of Azure at one address of this machine."""

    url: str
    ca: str

    @property
    def arm(self) -> str:
        return self.url

    def hub(self, name: str) -> Address:
        return Address(self.url, super().hub(name).host)

    def dps(self, name: str) -> Address:
        return Address(self.url, super().dps(name).host)

    @property
    def verify(self) -> bool | str:
        return self.ca


def here(service: Service) -> Here:
    return Here(CLOUDS["public"], service.url, service.ca)


class Holder:
    """A credential whose token is always the same; it counts how often it was asked."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        return AccessToken(self.token, int(datetime.now(UTC).timestamp()) + 3600)


@contextmanager
def served(folder: Path) -> Iterator[Service]:
    """A service on a port of this machine, with a certificate of its own."""
    certificate = self_signed(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    service = Service(f"https://127.0.0.1:{server.server_address[1]}", str(certificate))
    server.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def self_signed(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "planted")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "ca.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service: Service = self.server.service  # type: ignore[attr-defined]
        reply = service.next(Asked(self.command, self.path, dict(self.headers), content))
        body = reply.content()
        self.close_connection = bool(reply.cut)
        if reply.cut == "answer":
            return
        self.send_response(reply.status)
        for name, text in reply.headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body) + (reply.cut == "body")))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass
