"""What a secret's value looks like: a connection string around the key, or the key alone."""

from __future__ import annotations

from enum import StrEnum

from hubwarden_cli.azure.key import Key


class Form(StrEnum):
    """What consumers of the secret expect."""

    CONNECTION_STRING = "connection-string"
    KEY = "key"


def connection_string(host: str, policy: str, key: Key) -> Key:
    """As the SDKs of IoT Hub and DPS read it; a secret like the key in it."""
    return Key(f"HostName={host};SharedAccessKeyName={policy};SharedAccessKey={key.reveal()}")


def value_of(form: Form, host: str, policy: str, key: Key) -> Key:
    """The value to publish for a key."""
    return key if form is Form.KEY else connection_string(host, policy, key)


def key_in(form: Form, value: Key) -> Key | None:
    """The key in a secret's value; None where the value has another form."""
    if form is Form.KEY:
        return value
    fields = dict(part.partition("=")[::2] for part in value.reveal().split(";"))
    found = fields.get("SharedAccessKey")
    return Key(found) if found else None
