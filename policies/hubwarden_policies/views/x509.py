"""What a certificate says of itself, and whether the key that it belongs to stands beside it."""

from __future__ import annotations

import base64
import re
import warnings
from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from datetime import date

    from cryptography import x509

_CERTIFICATE: Final = re.compile(r"-----BEGIN (?:X509 )?CERTIFICATE-----([^-]*)")
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
# The two kinds of bag in which a PKCS#12 file (.pfx) has a key (RFC 7292, 4.2.1 and 4.2.2).
_KEY_BAGS: Final = tuple(bytes.fromhex(f"2a864886f70d010c0a01{kind}") for kind in ("01", "02"))


@record
class Certificate:
    """`authority` tells whether it may sign others; it is good from `first` to `last`.

    `key` is the kind of its public key ("RSA", "EC" or another), `bits` the key's length; `digest`
    is the hash that its signature is made of, "" where the algorithm takes none.
    """

    subject: str
    authority: bool
    first: date
    last: date
    key: str
    bits: int
    digest: str


def read_certificates(text: str) -> tuple[Certificate | None, ...]:
    """Every certificate of a text that is PEM or, as in a `.cer` file, DER in base64.

    None stands for what cannot be read; there is at least one.
    """
    for pem in (text, _inner(text)):
        if "-----BEGIN" in pem:
            return tuple(map(_read, _CERTIFICATE.findall(pem))) or (None,)
    return (_read(text),)


def has_private_key(text: str) -> bool:
    """Whether a private key stands in a text: in PEM, or in a PKCS#12 file."""
    if any(_PRIVATE_KEY.search(pem) for pem in (text, _inner(text))):
        return True
    return any(bag in _decoded(text) for bag in _KEY_BAGS)


def _inner(text: str) -> str:
    """The PEM file that somebody put into base64 as a whole."""
    return _decoded(text).decode("ascii", "replace")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def _read(body: str) -> Certificate | None:
    # It takes longer to load than all rules take to judge, and few stacks have a certificate.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import DuplicateExtension, InvalidVersion, load_der_x509_certificate

    try:
        # What the library finds odd about a certificate is nothing that a user could act on.
        with warnings.catch_warnings(action="ignore"):
            return _facts(load_der_x509_certificate(_decoded(body)))
    except (ValueError, UnsupportedAlgorithm, DuplicateExtension, InvalidVersion):
        return None


def _facts(found: x509.Certificate) -> Certificate:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import BasicConstraints

    key = found.public_key()
    kinds = {RSAPublicKey: "RSA", EllipticCurvePublicKey: "EC"}
    digest = found.signature_hash_algorithm
    return Certificate(
        subject=found.subject.rfc4514_string(),
        authority=any(
            isinstance(extension.value, BasicConstraints) and extension.value.ca
            for extension in found.extensions
        ),
        first=found.not_valid_before_utc.date(),
        last=found.not_valid_after_utc.date(),
        key=next((kind for of, kind in kinds.items() if isinstance(key, of)), "other"),
        bits=getattr(key, "key_size", 0),
        digest="" if digest is None else digest.name,
    )
