"""Shared access signatures, made and checked as the data planes do.

SharedAccessSignature sr={URL-encoded audience}&sig={…}&se={seconds since 1970}&skn={policy};
the signature is HMAC-SHA256 of the encoded audience, a line feed and the expiry, keyed by the
policy's decoded key (Azure IoT Hub, "Control access using shared access signatures").
Standard library only: the consumers import it, many at once.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus

_SCHEME = "SharedAccessSignature "


@dataclass(frozen=True)
class Token:
    """A token as it came; `signed` is the text under the signature."""

    audience: str
    signature: str
    expiry: int
    policy: str
    signed: str

    def by(self, keys: Iterable[str]) -> bool:
        """Whether one of the keys made the signature."""
        return any(hmac.compare_digest(_sign(key, self.signed), self.signature) for key in keys)

    def covers(self, host: str) -> bool:
        """Whether the token is for this host, or for everything on it."""
        return self.audience.lower().partition("/")[0] == host.lower()


def token(audience: str, policy: str, key: str, until: float) -> str:
    """The value of an Authorization header."""
    encoded = quote_plus(audience)
    signature = _sign(key, f"{encoded}\n{int(until)}")
    return f"{_SCHEME}sr={encoded}&sig={quote(signature, safe='')}&se={int(until)}&skn={policy}"


def read(header: str) -> Token | None:
    """The token of an Authorization header, None where it is none."""
    if not header.startswith(_SCHEME):
        return None
    text = header.removeprefix(_SCHEME)
    raw = dict(part.partition("=")[::2] for part in text.split("&"))
    fields = dict(parse_qsl(text))
    if not {"sr", "sig", "se"} <= fields.keys() or not fields["se"].isdecimal():
        return None
    return Token(
        unquote_plus(raw["sr"]),
        fields["sig"],
        int(fields["se"]),
        fields.get("skn", ""),
        f"{raw['sr']}\n{fields['se']}",
    )


def _sign(key: str, text: str) -> str:
    made = hmac.digest(base64.b64decode(key), text.encode(), "sha256")
    return base64.b64encode(made).decode()
