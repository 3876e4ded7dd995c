"""What the program makes of secrets: plain values, and signatures."""

from __future__ import annotations

import base64
import functools
import hmac
import json
import sys
from typing import TYPE_CHECKING, Any

from ..frames import here, user_file

if TYPE_CHECKING:
    from .outlet import Outlet

_MOST = 2000


def install(outlet: Outlet) -> None:
    """Record each `Output.unsecret` of a secret by the user, if its value gets known, and each
    HMAC with its key.

    A token signed with a key (SAS) shows nothing of it. So `where` is the signature in hex and
    `text` the key in base64: a token that leaves can be told by its signature.
    """
    from pulumi import Output

    output: Any = Output
    unsecret = output.unsecret

    @functools.wraps(unsecret)
    def recorded(val: Any) -> Any:
        result = unsecret(val)
        if user_file(sys._getframe(1).f_code.co_filename) is not None:
            frames = here()

            async def tell(value: Any) -> None:
                if await val.is_secret():
                    outlet.record("unsecret", "", _text(value), frames)

            result.apply(tell)
        return result

    output.unsecret = staticmethod(recorded)
    _record_signatures(outlet)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _record_signatures(outlet: Outlet) -> None:
    module: Any = hmac
    plain: Any = module.HMAC
    digest = module.digest
    seen: set[tuple[bytes, bytes]] = set()

    def sign(key: bytes, signature: bytes) -> None:
        if len(seen) < _MOST and (key, signature) not in seen:
            seen.add((key, signature))
            text = base64.b64encode(key).decode()
            outlet.record("hmac", signature.hex(), text, binary=True)
        elif len(seen) >= _MOST:
            outlet.note(f"Only the first {_MOST} HMAC signatures were followed.")

    class HMAC(plain):  # type: ignore[misc]  # the class itself cannot take a field
        __slots__ = ("_hubwarden_key",)

        def __init__(self, key: Any, msg: Any = None, digestmod: Any = "") -> None:
            super().__init__(key, msg, digestmod)
            self._hubwarden_key = bytes(key)

        def copy(self) -> Any:
            other = super().copy()
            other._hubwarden_key = self._hubwarden_key
            return other

        def digest(self) -> bytes:
            signature: bytes = super().digest()
            sign(self._hubwarden_key, signature)
            return signature

        def hexdigest(self) -> str:
            signature: str = super().hexdigest()
            sign(self._hubwarden_key, bytes.fromhex(signature))
            return signature

    @functools.wraps(digest)
    def digested(key: Any, msg: Any, digest_: Any) -> bytes:
        signature: bytes = digest(key, msg, digest_)
        sign(bytes(key), signature)
        return signature

    HMAC.__module__, HMAC.__qualname__ = plain.__module__, plain.__qualname__
    module.HMAC, module.digest = HMAC, digested
