"""IoT Hub and DPS: the certificates that the certificates of devices are checked against."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.rule import CRITICAL, HIGH, MEDIUM, Verdicts, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views.certificate import CaCertificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwarden_policies.views.x509 import Certificate

_PATH: Final = "properties.certificate"
# What counts as short today (NIST SP 800-131A); hub and DPS take RSA and EC keys only.
_SHORTEST: Final = {"RSA": 2048, "EC": 256}
_BROKEN: Final = ("md5", "sha1")
# The scripts of Azure's SDKs say in the subject what their certificates are for.
_SAMPLE: Final = re.compile(r"\btest ?only\b", re.IGNORECASE)


@rule(
    "CA certificate is not verified",
    severity=HIGH,
    practices=("P2", "B1"),
    fix=(
        "Set `is_verified=True` if whoever deploys knows the owner of the CA. Otherwise have the "
        "owner prove it after the deployment (`az iot hub certificate "
        "generate-verification-code`, sign the code with the CA, `az iot hub certificate verify`; "
        "for a DPS `az iot dps certificate`), and waive this rule. The certificate is changed in "
        "place."
    ),
    covers=("hub-cert-verified", "dps-cert-verified"),
    maps={"MCSB v1": ("IM-3",)},
)
def ca_cert_unverified(ca: CaCertificate) -> Verdicts:
    """
    A CA certificate is public: anybody can upload one, also one that is not his. Until somebody
    who holds its key has proved so, or whoever deploys has vouched for it, hub and DPS refuse its
    devices, and nobody has looked at whose it is. Azure takes an uploaded certificate as not
    verified unless it is told otherwise.

    Bad::

        iothub.Certificate(  # flagged
            "ca",
            resource_group_name=rg.name,
            resource_name_="telemetry",
            properties={"certificate": config.require("caCertificate")},
        )

    Good::

        iothub.Certificate(
            "ca",
            resource_group_name=rg.name,
            resource_name_="telemetry",
            properties={"certificate": config.require("caCertificate"), "is_verified": True},
        )
    """
    if not ca.properties.is_verified:
        yield ca.violation("properties.isVerified", "nobody has vouched for this certificate")


@rule(
    "CA certificate is unfit to sign devices",
    severity=HIGH,
    practices=("P2",),
    fix=(
        "Upload the certificate of a CA (`CA:TRUE` in its basic constraints) with an RSA key of "
        "2048 bits or more, or an EC key of 256, that is signed with SHA-256 or better. Upload it "
        "as a second certificate, move the devices, then remove the old one: a certificate that "
        "is changed in place cuts off every device of the old one."
    ),
    covers=("hub-cert-valid", "dps-cert-valid"),
    maps={"MCSB v1": ("IM-3", "DP-7")},
)
def ca_cert_unfit(ca: CaCertificate) -> Verdicts:
    """
    Whoever can forge the CA can make a device of his own: a short key can be computed, a SHA-1 or
    MD5 signature can be copied to another certificate. The certificate of a single device in
    place of a CA signs nothing, and a text that is no certificate at all fails only at the
    deployment.

    Bad::

        ca = (
            "MIIBEjCBuaADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCGRldmljZS03MB4XDTI2MDEw"
            "MTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowEzERMA8GA1UEAwwIZGV2aWNlLTcwWTATBgcqhkjOPQIB"
            "BggqhkjOPQMBBwNCAASjrB4nrSJFccsvup0wzftpGl7GnMwVWxG2Eolg6QscdiluHUmKRxblPRNy"
            "eKsK4GKeCSt6gsUzoGkzzprofs0bMAoGCCqGSM49BAMCA0gAMEUCIQD8Be6Bx74KlOv82C8HQCEp"
            "tsMZBadrrmUNfbdYbwhYRgIgQTbW5PgBf6DL3klWZcCJKM05GU004E4Fg+n2O2L3euY="
        )
        iothub.Certificate(  # flagged
            "ca",
            resource_group_name=rg.name,
            resource_name_="telemetry",
            properties={"certificate": ca, "is_verified": True},
        )

    Good::

        ca = (
            "MIIBJzCBzqADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCFBsYW50IENBMB4XDTI2MDEw"
            "MTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowEzERMA8GA1UEAwwIUGxhbnQgQ0EwWTATBgcqhkjOPQIB"
            "BggqhkjOPQMBBwNCAAQhbkzI+C5hyn+aS+387d8Y14U13/qVS3DQ67ZJvNhtdiRIN76gpyn85FY9"
            "92gYMLP1pwoN/W8vGDxVUGddAl7IoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA"
            "MEUCIQCb4KLe6Bn24+lqJiCNc1DNsdtc6RDxwSDF/WB3Y3iO/QIge3c404Kgj2rmwv1GHujRsBII"
            "Fgz+U6kIiM9Ow6/IajA="
        )
        iothub.Certificate(
            "ca",
            resource_group_name=rg.name,
            resource_name_="telemetry",
            properties={"certificate": ca, "is_verified": True},
        )
    """
    for which, key, found in _each(ca):
        for reason in ("it cannot be read",) if found is None else _faults(found):
            yield ca.violation(_PATH, f"{which} is unfit: {reason}", key=key)


def _faults(found: Certificate) -> Iterator[str]:
    shortest = _SHORTEST.get(found.key)
    reasons = []
    if not found.authority:
        reasons.append("it is not the certificate of a CA")
    if shortest is None:
        reasons.append("its key is neither RSA nor EC")
    elif found.bits < shortest:
        reasons.append(f"its {found.key} key has {found.bits} bits, not {shortest}")
    if found.digest in _BROKEN:
        reasons.append(f"it is signed with {found.digest.upper()}")
    if reasons:
        yield ", and ".join(reasons)


@rule(
    "CA certificate is expired or about to expire",
    severity=HIGH,
    practices=("P2",),
    fix=(
        "Upload its successor as a second certificate, move the devices, then remove this one: a "
        "certificate that is changed in place cuts off every device of the old one. How many days "
        "must be left is yours to say: `[limits]` `certificate_days` in hubwarden.toml."
    ),
    covers=("hub-cert-valid", "dps-cert-valid"),
    maps={"MCSB v1": ("IM-3", "DP-7")},
)
def ca_cert_expiring(ca: CaCertificate, team: Team) -> Verdicts:
    """
    On the day on which a CA expires, every device below it is locked out, and those in the field
    cannot be given another certificate over a connection that they no longer get. A successor
    has to be in place weeks before; a certificate with little time left is reported as medium.

    Bad::

        ca = (
            "MIIBKDCBzqADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCFBsYW50IENBMB4XDTE2MDEw"
            "MTAwMDAwMFoXDTI2MDEwMTAwMDAwMFowEzERMA8GA1UEAwwIUGxhbnQgQ0EwWTATBgcqhkjOPQIB"
            "BggqhkjOPQMBBwNCAARyvHQWfdQvjBXA0ADgH8VONto+DEk4pa6c7Jh3a09u6OHMMlusdIKDnH44"
            "tDpxlRtIkw89Y4UJWJjNA2lbmY2hoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA"
            "MEYCIQCG3u9MaUvtKcuAYxqEbtJqNs0yLo4AMMgHmAzsJa1TDwIhALakbhElVPln+uREsKoMksOe"
            "5FnFjPRkdWYiGSfkcWSX"
        )
        dps.DpsCertificate(  # flagged
            "ca",
            resource_group_name=rg.name,
            provisioning_service_name="enrolment",
            properties={"certificate": ca, "is_verified": True},
        )

    Good::

        ca = (
            "MIIBJzCBzqADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCFBsYW50IENBMB4XDTI2MDEw"
            "MTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowEzERMA8GA1UEAwwIUGxhbnQgQ0EwWTATBgcqhkjOPQIB"
            "BggqhkjOPQMBBwNCAAQhbkzI+C5hyn+aS+387d8Y14U13/qVS3DQ67ZJvNhtdiRIN76gpyn85FY9"
            "92gYMLP1pwoN/W8vGDxVUGddAl7IoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA"
            "MEUCIQCb4KLe6Bn24+lqJiCNc1DNsdtc6RDxwSDF/WB3Y3iO/QIge3c404Kgj2rmwv1GHujRsBII"
            "Fgz+U6kIiM9Ow6/IajA="
        )
        dps.DpsCertificate(
            "ca",
            resource_group_name=rg.name,
            provisioning_service_name="enrolment",
            properties={"certificate": ca, "is_verified": True},
        )
    """
    least = team.limits.certificate_days
    for which, key, found in _each(ca):
        if found is None:
            continue
        if found.first > team.today:
            yield ca.violation(_PATH, f"{which} is not valid before {found.first}", key=key)
        elif found.last <= team.today:
            yield ca.violation(_PATH, f"{which} expired on {found.last}", key=key)
        elif (found.last - team.today).days < least:
            message = f"{which} expires on {found.last}, in fewer than {least} days"
            yield ca.violation(_PATH, message, severity=MEDIUM, key=key)


@rule(
    "CA certificate comes with its private key",
    severity=CRITICAL,
    practices=("P2",),
    fix=(
        "Upload the certificate alone, and keep the key in a vault or HSM. A key that stood in "
        "the program is spent, and a certificate that is changed in place does not mend that: make "
        "a new CA, move the devices, and remove this certificate."
    ),
    covers=("hub-cert-no-private-key",),
    maps={"MCSB v1": ("IM-8",)},
)
def ca_cert_private_key(ca: CaCertificate) -> Verdicts:
    r"""
    With the key of the CA anybody makes devices that the hub takes for real. A file with
    certificate and key (`.pem`, `.pfx`) is what many tools write, and whoever uploads it sends the
    key to Azure, into the state, and into every copy of both. A secret mark hides it in the
    state and nowhere else.

    Bad::

        bundle = pulumi.Output.concat(
            config.require("caCertificate"),
            "-----BEGIN PRIVATE KEY-----\n",
            config.require_secret("caKey"),
        )
        dps.DpsCertificate(  # flagged
            "ca",
            resource_group_name=rg.name,
            provisioning_service_name="enrolment",
            properties={"certificate": bundle, "is_verified": True},
        )

    Good::

        dps.DpsCertificate(
            "ca",
            resource_group_name=rg.name,
            provisioning_service_name="enrolment",
            properties={"certificate": config.require("caCertificate"), "is_verified": True},
        )
    """
    if ca.private_key():
        yield ca.violation(_PATH, "the private key of the CA is uploaded with its certificate")


@rule(
    "CA certificate was made by a sample script",
    severity=CRITICAL,
    practices=("P2",),
    fix=(
        "Make a CA whose key stays in a vault or HSM, upload its certificate as a second one, "
        "move the devices, then remove this one. Nothing else changes."
    ),
    covers=("hub-cert-no-private-key",),
    maps={"MCSB v1": ("IM-3",)},
)
def ca_cert_sample(ca: CaCertificate) -> Verdicts:
    """
    The sample scripts of Azure's SDKs name their certificates "Test Only" and mean it: the key
    lies in a folder of whoever ran the script, under a password that everybody can read in the
    script.

    Bad::

        ca = (
            "MIIBVjCB/KADAgECAgEBMAoGCCqGSM49BAMCMCoxKDAmBgNVBAMMH0F6dXJlIElvVCBIdWIgQ0Eg"
            "Q2VydCBUZXN0IE9ubHkwHhcNMjYwMTAxMDAwMDAwWhcNNDYwMTAxMDAwMDAwWjAqMSgwJgYDVQQD"
            "DB9BenVyZSBJb1QgSHViIENBIENlcnQgVGVzdCBPbmx5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD"
            "QgAEqFo3WN2e1B3VAwTJj8WiX+3CLduE6fSsorRdjqWPMVr81AIjOHaKu7Rdi+bBh+V0fWJzD0WW"
            "aWNOcMlB5FnrP6MTMBEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAtdroQDuU"
            "JgfPu84wNFNIgYwSDcp18GX091Jndc+wI+YCIQDz5X6ZrjDfuTzp654/qQZALvNYvEBcrr4DG3pD"
            "wjFHjw=="
        )
        iothub.Certificate(  # flagged
            "ca",
            resource_group_name=rg.name,
            resource_name_="telemetry",
            properties={"certificate": ca, "is_verified": True},
        )

    Good::

        ca = (
            "MIIBJzCBzqADAgECAgEBMAoGCCqGSM49BAMCMBMxETAPBgNVBAMMCFBsYW50IENBMB4XDTI2MDEw"
            "MTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowEzERMA8GA1UEAwwIUGxhbnQgQ0EwWTATBgcqhkjOPQIB"
            "BggqhkjOPQMBBwNCAAQhbkzI+C5hyn+aS+387d8Y14U13/qVS3DQ67ZJvNhtdiRIN76gpyn85FY9"
            "92gYMLP1pwoN/W8vGDxVUGddAl7IoxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA"
            "MEUCIQCb4KLe6Bn24+lqJiCNc1DNsdtc6RDxwSDF/WB3Y3iO/QIge3c404Kgj2rmwv1GHujRsBII"
            "Fgz+U6kIiM9Ow6/IajA="
        )
        iothub.Certificate(
            "ca",
            resource_group_name=rg.name,
            resource_name_="telemetry",
            properties={"certificate": ca, "is_verified": True},
        )
    """
    for which, key, found in _each(ca):
        if found is not None and _SAMPLE.search(found.subject):
            yield ca.violation(_PATH, f'{which} says "{found.subject}"', key=key)


def _each(ca: CaCertificate) -> Iterator[tuple[str, str, Certificate | None]]:
    """Every certificate, with how to name it and what tells it apart from the first."""
    for index, found in enumerate(ca.certificates()):
        yield (
            ("the certificate", "", found)
            if not index
            else (f"certificate {index + 1} of the text", str(index + 1), found)
        )
