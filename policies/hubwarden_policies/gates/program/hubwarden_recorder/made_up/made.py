"""What made-up texts look like: plausible to code that parses them, each unlike any other.

The forms are Azure's: resource ids, host names by service, dates, versions. Each is made of a
word that nothing else has (`marks.py`).
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import re
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOCATION = "westeurope"
"""Where things are of which nobody says it; programs look places up in tables of their own."""

_HOSTS = {
    "app": "westeurope.azurecontainerapps.io",
    "appconfiguration": "azconfig.io",
    "batch": "westeurope.batch.azure.com",
    "cache": "redis.cache.windows.net",
    "cognitiveservices": "cognitiveservices.azure.com",
    "containerregistry": "azurecr.io",
    "containerservice": "hcp.westeurope.azmk8s.io",
    "cosmosdb": "documents.azure.com",
    "deviceprovisioningservices": "azure-devices-provisioning.net",
    "devices": "azure-devices.net",
    "documentdb": "documents.azure.com",
    "eventgrid": "westeurope-1.eventgrid.azure.net",
    "eventhub": "servicebus.windows.net",
    "iothub": "azure-devices.net",
    "keyvault": "vault.azure.net",
    "notificationhubs": "servicebus.windows.net",
    "redis": "redis.cache.windows.net",
    "relay": "servicebus.windows.net",
    "search": "search.windows.net",
    "servicebus": "servicebus.windows.net",
    "signalrservice": "service.signalr.net",
    "sql": "database.windows.net",
    "storage": "blob.core.windows.net",
    "web": "azurewebsites.net",
    "webpubsub": "webpubsub.azure.com",
}
# For code that parses one: self-signed, without a meaning, its key is gone.
_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUZjGTnBiQuSp7CshhM2siFeVlW+0wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHbWFkZSB1cDAgFw0yNjExMjQxNTM5MTFaGA8yMTAwMTAyNzE1
MzkxMVowEjEQMA4GA1UEAwwHbWFkZSB1cDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABB12fPZMVIcLkKjMzl+qgYIU4HeGFH/OnnCZy9cGXZAat7z6LRyzLcQhj7hr
+ZF1o+jyi+9/OW5Doeo9qsl9AHujUzBRMB0GA1UdDgQWBBRuJI1TzeH29PvXGBff
6kH2m59UBjAfBgNVHSMEGDAWgBRuJI1TzeH29PvXGBff6kH2m59UBjAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDz64jaJgs8CbkTVhla+T3hQopHc
cfpkxVBlopDMbVzFAiEAj/4okeQgDtA11rMrvPeVxqsmcBPWGae5WD0S7ukEIJU=
-----END CERTIFICATE-----
"""


def host(word: str, module: str) -> str:
    """A host name as a service of this module of azure-native has it."""
    return f"hw{word}.{_HOSTS.get(module, 'example.net')}"


def guid(word: str) -> str:
    """A UUID."""
    return str(uuid.UUID(bytes=hashlib.sha256(word.encode()).digest()[:16], version=4))


def _number(word: str, below: int) -> int:
    return int(word, 36) % below


def _time(word: str, start: datetime.datetime) -> str:
    moment = start + datetime.timedelta(seconds=_number(word, 10**8))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(word: str) -> str:
    number = _number(word, 1 << 24)
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


_PAST = datetime.datetime(2021, 1, 1, tzinfo=datetime.timezone.utc)
_FUTURE = datetime.datetime(2096, 1, 1, tzinfo=datetime.timezone.utc)
_UUIDS = (
    "app|application|client|correlation|customer|immutable|object|principal|subscription|tenant|vm"
)
# By the end of the property's name, the first that fits. Each is a form of (word, module).
_FORMS: tuple[tuple[str, Callable[[str, str], str]], ...] = (
    (rf"(?i:{_UUIDS})Id$|(?i:guid|uuid|instrumentationkey)$", lambda word, _: guid(word)),
    (r"(?i:idscope)$", lambda word, _: f"0ne{word.upper()}"),
    (r"(?i:expir\w*|notafter|enddate|endtime)$", lambda word, _: _time(word, _FUTURE)),
    (
        r"(?:Time|Date|Timestamp|At|On|TimeUtc|TimeInUtc)$|(?i:^created|notbefore|timestamp)$",
        lambda word, _: _time(word, _PAST),
    ),
    (
        r"(?i:thumbprint|fingerprint|sha1)$",
        lambda w, _: hashlib.sha256(w.encode()).hexdigest()[:40].upper(),
    ),
    (
        r"(?i:certificate|certificatepem|certpem|cert|publiccertdata|cacertificates?)$",
        lambda word, _: f"hw{word}\n{_CERTIFICATE}",
    ),
    (r"(?i:email\w*|mail)$", lambda word, _: f"hw{word}@example.com"),
    (r"(?i:prefix(?:es)?|cidr|subnet)$", lambda word, _: f"{_address(word)}/32"),
    (r"(?:^ip|Ip|IP)(?:v4)?(?:Addr|Address)?(?:es)?$", lambda word, _: _address(word)),
    (r"(?:^p|P)ort$", lambda word, _: str(1024 + _number(word, 60000))),
    (r"(?i:ur[il]|endpoint)$", lambda word, module: f"https://{host(word, module)}/"),
    (r"(?i:fqdn|host|hostname|hostnames|domainname|dnsname|loginserver|domain)$", host),
    (r"^hex$", lambda word, _: hashlib.sha256(word.encode()).hexdigest()[:16]),
    (r"^dec$", lambda word, _: str(_number(word, 10**9))),
    (
        r"^id$|(?i:resource|endpoint|hub|network|vnet|subnet|workspace|account|vault|zone|plan)Id$",
        lambda word, module: (
            f"/subscriptions/{guid(word)}/resourceGroups/hw{word}"
            f"/providers/Microsoft.{module.title() or 'Resources'}/things/hw{word}"
        ),
    ),
    (r"(?i:version)$", lambda w, _: f"1.{_number(w, 1000)}.{_number(w, 10**8) // 1000}"),
)


@functools.cache
def form(path: str) -> Callable[[str, str], str]:
    """How a harmless text at this path looks: a function of a word and a module."""
    above, _, name = re.sub(r"\[\d+\]", "", path).rpartition(".")
    if above.lower().endswith("endpoints"):
        name = "endpoint"  # one by name: blob, queue, table
    for pattern, make in _FORMS:
        if re.search(pattern, name):
            return make
    return lambda word, _: f"hw{word}"
