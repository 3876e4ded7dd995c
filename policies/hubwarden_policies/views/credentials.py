"""Finds credentials written out in a text: a source file, a config value, an export.

Recognised are keys of shared access policies, devices and storage accounts where they stand in
a connection string, and signed tokens (`sig=…&se=…`). What only looks like one is left out:
format strings, `<placeholders>`, texts that are no base64, and the keys of the storage and
Cosmos DB emulators, which are public.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

# The key may stand in the next of two joined string literals: "…SharedAccessKey=" "…".
_KEY: Final = re.compile(
    r"\b(?P<field>SharedAccessKey|AccountKey)\s*=\s*"
    r"(?:[\"']\s*\\?\s*[+,]?\s*[rbuf]{0,2}[\"'])?"
    r"(?P<key>[A-Za-z0-9+/]{8,}={0,2})(?![\w+/={<-])",
    re.IGNORECASE,
)
_FIELDS: Final = ("sharedaccesskey", "accountkey")
_SIGNATURE: Final = re.compile(r"\bsig=(?=[\w%+/-]*[\d%+/])(?P<key>[\w%+/-]{20,}={0,2})")
_BOUNDARY: Final = re.compile(r"[\s\"'`]")
_HINTS: Final = (
    (re.compile(r"\bDeviceId\s*=", re.IGNORECASE), "a device's key"),
    (re.compile(r"\bHostName\s*=[^;]*azure-devices-provisioning", re.IGNORECASE), "a DPS key"),
    (re.compile(r"\bHostName\s*=", re.IGNORECASE), "an IoT Hub key"),
    (re.compile(r"\bEndpoint\s*=\s*sb://", re.IGNORECASE), "an Event Hubs or Service Bus key"),
)
_NAMES: Final = re.compile(
    r"\b(?:HostName|Endpoint|DeviceId|SharedAccessKeyName|AccountName)\s*=\s*[^;\"'\s]+",
    re.IGNORECASE,
)
_CONTEXT: Final = 300
_DISTINCT: Final = 6
_LONG: Final = 32
# By digest, so that no scanner takes this file for a leak.
_PUBLIC: Final = frozenset(
    {
        "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
        "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615",
    }
)


@record
class Credential:
    """A credential in a text, from `start` to `end` (offsets).

    `what` names its kind as a person reads it, `about` is what stands beside it and is no secret
    (host, policy, device): enough to tell two of them apart.
    """

    start: int
    end: int
    what: str
    about: str


def find_credentials(text: str) -> Iterator[Credential]:
    """Every credential written out in a text, in its order."""
    return iter(_credentials(text))


# All stacks of a project have the same sources.
@lru_cache(maxsize=8192)
def _credentials(text: str) -> tuple[Credential, ...]:
    # Most texts have neither, and a plain search is many times faster than a pattern's.
    folded = text.casefold()
    keyed = any(field in folded for field in _FIELDS)
    matches = _KEY.finditer(text) if keyed else ()
    found = [_keyed(text, match) for match in matches if _is_key(match["key"])]
    for match in _SIGNATURE.finditer(text) if "sig=" in text else ():
        token = _around(text, match)
        if "se=" in token:
            about = re.search(r"\bsr=[^&]+", token)
            what = "a shared access signature"
            found.append(Credential(match.start(), match.end(), what, about[0] if about else ""))
    return tuple(sorted(found, key=lambda credential: credential.start))


def _around(text: str, match: re.Match[str]) -> str:
    """The word that the signature stands in: a token's other fields may come before or after."""
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    after = text[match.end() : match.end() + _CONTEXT]
    return _BOUNDARY.split(before)[-1] + match[0] + _BOUNDARY.split(after)[0]


def _keyed(text: str, match: re.Match[str]) -> Credential:
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    # Two connection strings may stand close together: only what follows the last key counts.
    before = _KEY.split(before)[-1]
    what = next((words for pattern, words in _HINTS if pattern.search(before)), None)
    if what is None:
        storage = match["field"].lower() == "accountkey"
        what = "a storage account's key" if storage else "a shared access key"
    return Credential(match.start(), match.end(), what, ";".join(_NAMES.findall(before)))


def _is_key(key: str) -> bool:
    try:
        b64decode(key, validate=True)
    except binascii.Error:
        return False
    # A word of a placeholder is short, or has no digit; padding is what only base64 ends with.
    mixed = key.endswith("=") or (len(key) >= _LONG and any(c.isdigit() for c in key))
    varied = len(set(key)) >= _DISTINCT
    return mixed and varied and hashlib.sha256(key.encode()).hexdigest() not in _PUBLIC
