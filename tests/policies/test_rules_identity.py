"""Who signs in with what: devices, services, certificates, and what a vault gives to whom."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from hubwarden_policies import catalogue
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.gates.program.graph.arm_body import body
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.model import UNKNOWN, Hole, Location, Made, Resource, Secret, Stack
from hubwarden_policies.rule import CRITICAL, HIGH, MEDIUM
from hubwarden_policies.team import Limits, Team

HUB = "Microsoft.Devices/IotHubs"
DPS = "Microsoft.Devices/provisioningServices"
CERTIFICATES = (f"{HUB}/certificates", f"{DPS}/certificates")
VAULT = "Microsoft.KeyVault/vaults"
SECRET = f"{VAULT}/secrets"
KEY = f"{VAULT}/keys"
TODAY: Final = date(2026, 11, 24)
TEAM: Final = Team(today=TODAY)
CONFIG: Final = Hole("config:plant:ca", "")
KEY_FIELD = "SharedAccess" + "Key="  # planted: in pieces, so that no scanner finds a key here


def resource(arm_type: str, properties: object = None, name: str = "x", **more: Any) -> Resource:
    given: dict[str, Any] = {"name": name, **more}
    if properties is not None:
        given["properties"] = properties
    places = (Location("__main__.py", 7),)
    return Resource(arm_type, name, f"urn:{arm_type}::{name}", given, locations=places)


def judge(rule: str, *resources: Resource, team: Team = TEAM) -> list[Finding]:
    found = catalogue.find(rule)
    assert found is not None
    judgement = evaluate([found], Stack("plant", "dev", resources), team)
    assert judgement.crashes == ()
    return list(judgement.findings)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.status, finding.path) for finding in findings]


def of(rule: str, arm_type: str, value: object, team: Team = TEAM) -> list[tuple[str, str]]:
    return said(judge(rule, resource(arm_type, value), team=team))


# The rules that read one switch: rule, type, path below `properties`, what passes, what does not
# (None: absent).
SWITCHES: list[tuple[str, str, str, list[object], list[object]]] = [
    ("hub-device-sas", HUB, "disableDeviceSAS", [True], [None, False]),
    ("hub-module-sas", HUB, "disableModuleSAS", [True], [None, False]),
    ("ca-cert-unverified", CERTIFICATES[0], "isVerified", [True], [None, False]),
    ("ca-cert-unverified", CERTIFICATES[1], "isVerified", [True], [None, False]),
    ("kv-template-access", VAULT, "enabledForDeployment", [None, False], [True]),
    ("kv-template-access", VAULT, "enabledForDiskEncryption", [None, False], [True]),
    ("kv-template-access", VAULT, "enabledForTemplateDeployment", [None, False], [True]),
]


@pytest.mark.parametrize(("rule", "arm_type", "name", "passes", "fails"), SWITCHES)
def test_a_switch(
    rule: str, arm_type: str, name: str, passes: list[object], fails: list[object]
) -> None:
    path = f"properties.{name}"
    for value in passes:
        assert of(rule, arm_type, {name: value}) == []
    for value in fails:
        assert of(rule, arm_type, {name: value}) == [("open", path)]
    for value in (True, False):
        as_text = of(rule, arm_type, {name: str(value).lower()})
        assert as_text == of(rule, arm_type, {name: value})
    for value in (UNKNOWN, Made((CONFIG,)), Secret(UNKNOWN), "yes"):
        assert of(rule, arm_type, {name: value}) == [("undecided", path)]


@pytest.mark.parametrize(("rule", "arm_type", "name", "passes", "fails"), SWITCHES)
def test_a_switch_that_is_absent_means_what_azure_does(
    rule: str, arm_type: str, name: str, passes: list[object], fails: list[object]
) -> None:
    expected = [] if None in passes else [("open", f"properties.{name}")]
    assert of(rule, arm_type, None) == expected
    assert None in passes or None in fails


def test_each_kind_of_sign_in_is_a_finding_of_its_own() -> None:
    half = {"disableDeviceSAS": True, "disableModuleSAS": False}
    assert of("hub-device-sas", HUB, half) == []
    assert of("hub-module-sas", HUB, half) != []


def test_no_keys_of_services_does_not_mean_no_keys_of_devices() -> None:
    (finding,) = judge("hub-device-sas", resource(HUB, {"disableLocalAuth": True}))
    assert finding.severity == MEDIUM
    assert "cut off" in finding.fix


@pytest.mark.parametrize("team", [Team(TODAY, "internet"), Team(TODAY, "private")])
def test_keys_of_devices_are_no_matter_of_the_network(team: Team) -> None:
    assert of("hub-device-sas", HUB, {}, team=team) != []


def test_an_unknown_switch_of_a_vault_hides_no_other() -> None:
    switches = {"enabledForDeployment": UNKNOWN, "enabledForTemplateDeployment": True}
    assert of("kv-template-access", VAULT, switches) == [
        ("undecided", "properties.enabledForDeployment"),
        ("open", "properties.enabledForTemplateDeployment"),
    ]


# The hub's identity.


@pytest.mark.parametrize(
    "kind",
    ["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned",
     "SystemAssigned,UserAssigned", "systemassigned"],
)  # fmt: skip
def test_an_identity_however_it_is_written(kind: str) -> None:
    assert judge("hub-without-identity", resource(HUB, identity={"type": kind})) == []


@pytest.mark.parametrize("identity", [None, {}, {"type": None}, {"type": "None"}, {"type": ""}])
def test_no_identity(identity: object) -> None:
    found = judge("hub-without-identity", resource(HUB, identity=identity))
    assert said(found) == [("open", "identity.type")]
    assert found[0].severity == HIGH


@pytest.mark.parametrize(
    ("identity", "path"), [(UNKNOWN, "identity"), ({"type": UNKNOWN}, "identity.type")]
)
def test_an_identity_that_is_not_known_is_no_pass(identity: object, path: str) -> None:
    found = judge("hub-without-identity", resource(HUB, identity=identity))
    assert said(found) == [("undecided", path)]


# What one policy may do.

RIGHTS = "properties.authorizationPolicies[0].rights"


def policies(*rights: object, **more: object) -> dict[str, object]:
    listed = [{"keyName": f"p{place}", "rights": each} for place, each in enumerate(rights)]
    return {"authorizationPolicies": listed, **more}


@pytest.mark.parametrize(
    "rights", ["RegistryRead", "RegistryWrite", "ServiceConnect", "DeviceConnect", "RegistryRead,"]
)
def test_a_policy_with_one_right(rights: str) -> None:
    assert of("hub-wide-policy", HUB, policies(rights)) == []


@pytest.mark.parametrize(
    ("rights", "count"),
    [("RegistryRead, RegistryWrite", 2), ("RegistryRead,ServiceConnect", 2),
     ("ServiceConnect, DeviceConnect", 2),
     ("RegistryWrite, ServiceConnect, DeviceConnect", 3),
     ("RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect", 4)],
)  # fmt: skip
def test_a_policy_with_several_rights(rights: str, count: int) -> None:
    (finding,) = judge("hub-wide-policy", resource(HUB, policies(rights)))
    assert (finding.status, finding.path) == ("open", RIGHTS)
    assert f"{count} rights" in finding.message
    assert finding.severity == MEDIUM


def test_a_list_of_rights_is_parsed_and_not_compared() -> None:
    assert of("hub-wide-policy", HUB, policies("ServiceConnect,RegistryWrite")) == []
    assert of("hub-wide-policy", HUB, policies("servicEconnect,  registrywrite")) == []
    assert of("hub-wide-policy", HUB, policies("ServiceConnect, serviceconnect")) == []


def test_a_link_needs_its_two_rights_whatever_else_is_declared() -> None:
    both = policies("RegistryWrite, ServiceConnect", "RegistryRead, ServiceConnect")
    assert of("hub-wide-policy", HUB, both) == [("open", RIGHTS.replace("[0]", "[1]"))]


def test_what_no_key_opens_has_no_wide_policy() -> None:
    wide = "RegistryRead, ServiceConnect"
    assert of("hub-wide-policy", HUB, policies(wide, disableLocalAuth=True)) == []
    assert of("hub-wide-policy", HUB, policies(wide, disableLocalAuth=UNKNOWN)) == [
        ("undecided", "properties.disableLocalAuth")
    ]


def test_unknown_rights_hide_no_other_policy() -> None:
    assert of("hub-wide-policy", HUB, policies(UNKNOWN, "RegistryRead, DeviceConnect")) == [
        ("undecided", RIGHTS),
        ("open", RIGHTS.replace("[0]", "[1]")),
    ]
    assert of("hub-wide-policy", HUB, {"authorizationPolicies": UNKNOWN}) == [
        ("undecided", "properties.authorizationPolicies")
    ]


def test_a_hub_without_a_list_is_another_rules() -> None:
    assert of("hub-wide-policy", HUB, {}) == []
    assert of("hub-unlisted-policy", HUB, {}) != []


@pytest.mark.parametrize(
    ("rights", "fails"),
    [("EnrollmentWrite", True), ("ServiceConfig", True), ("enrollmentwrite", True),
     ("EnrollmentRead, EnrollmentWrite", True), ("ServiceConfig,DeviceConnect", True),
     ("EnrollmentRead", False), ("DeviceConnect", False), ("RegistrationStatusRead", False),
     ("RegistrationStatusWrite", False)],
)  # fmt: skip
def test_a_strong_policy_of_a_dps(rights: str, fails: bool) -> None:
    expected = [("open", RIGHTS)] if fails else []
    assert of("dps-unlisted-policy", DPS, policies(rights)) == expected


def test_a_dps_policy_that_the_team_allowed() -> None:
    team = Team(today=TODAY, dps_policies=("P0",))
    both = policies("EnrollmentWrite", "EnrollmentWrite")
    assert of("dps-unlisted-policy", DPS, both, team=team) == [
        ("open", RIGHTS.replace("[0]", "[1]"))
    ]


@pytest.mark.parametrize("value", [{}, {"authorizationPolicies": []}, None])
def test_a_dps_without_a_list_has_the_owner_that_azure_makes(value: object) -> None:
    (finding,) = judge("dps-unlisted-policy", resource(DPS, value))
    assert finding.path == "properties.authorizationPolicies"
    assert "provisioningserviceowner" in finding.message
    team = Team(today=TODAY, dps_policies=("provisioningServiceOwner",))
    assert of("dps-unlisted-policy", DPS, value, team=team) == []


def test_unknown_policies_of_a_dps() -> None:
    assert of("dps-unlisted-policy", DPS, {"authorizationPolicies": UNKNOWN}) == [
        ("undecided", "properties.authorizationPolicies")
    ]
    assert of("dps-unlisted-policy", DPS, policies(UNKNOWN, "ServiceConfig")) == [
        ("undecided", RIGHTS),
        ("open", RIGHTS.replace("[0]", "[1]")),
    ]
    nameless = {"authorizationPolicies": [{"keyName": UNKNOWN, "rights": "ServiceConfig"}]}
    assert of("dps-unlisted-policy", DPS, nameless) == [
        ("undecided", "properties.authorizationPolicies[0].keyName")
    ]
    # Whatever it is called, it can do no harm.
    nameless = {"authorizationPolicies": [{"keyName": UNKNOWN, "rights": "EnrollmentRead"}]}
    assert of("dps-unlisted-policy", DPS, nameless) == []


# Which hubs a DPS gives devices to.

LINK = "properties.iotHubs[0].connectionString"


def linked(host: object) -> dict[str, Any]:
    parts = host if isinstance(host, tuple) else (host,)
    string = Made(("HostName=", *parts, f";SharedAccessKeyName=l;{KEY_FIELD}", CONFIG))
    return {"iotHubs": [{"connectionString": Secret(string)}]}


@pytest.mark.parametrize(
    ("host", "fails"),
    [("x.azure-devices.net", False), ("X.Azure-Devices.NET", False), ("x.azure-devices.cn", False),
     ("x.azure-devices.us", False), ("y.azure-devices.net", True), ("x.example.net", True),
     ("x", True), ("xx.azure-devices.net", True), ("x.evil-azure-devices.net", True)],
)  # fmt: skip
def test_a_written_out_host_is_a_hub_of_the_stack_by_its_name(host: str, fails: bool) -> None:
    found = judge("dps-unknown-hub", resource(HUB), resource(DPS, linked(host)))
    assert said(found) == ([("open", LINK)] if fails else [])
    assert all(host in finding.message for finding in found)


@pytest.mark.parametrize(
    ("named", "fails"),
    [(["y.azure-devices.net"], False), (["Y.AZURE-devices.net"], False), (["y"], True),
     (["azure-devices.net"], True), ([], True)],
)  # fmt: skip
def test_hubs_of_other_stacks_are_named_whole(named: list[str], fails: bool) -> None:
    team = Team(today=TODAY, linked_hubs=tuple(named))
    for host in ("y.azure-devices.net", "Y.azure-devices.NET"):
        found = of("dps-unknown-hub", DPS, linked(host), team=team)
        assert found == ([("open", LINK)] if fails else [])


def test_the_host_of_a_hub_that_has_no_name_yet() -> None:
    hub = resource(HUB)
    of_output = linked(Hole(hub.address, "properties.hostName"))
    assert judge("dps-unknown-hub", hub, resource(DPS, of_output)) == []
    of_name = linked((Hole(hub.address, "name"), ".azure-devices.net"))
    assert judge("dps-unknown-hub", hub, resource(DPS, of_name)) == []


@pytest.mark.parametrize(
    "value",
    [linked(Hole("config:plant:host", "")), linked(Hole("urn:elsewhere::y", "host")),
     {"iotHubs": [{"connectionString": UNKNOWN}]},
     {"iotHubs": [{"connectionString": Secret(Made((CONFIG,)))}]},
     {"iotHubs": [{"connectionString": f"SharedAccessKeyName=l;{KEY_FIELD}x"}]}],
)  # fmt: skip
def test_a_host_that_is_not_known_is_no_pass(value: object) -> None:
    assert of("dps-unknown-hub", DPS, value) == [("undecided", LINK)]


@pytest.mark.parametrize(("before", "after"), [("old-", ".azure-devices.net"), ("", "-old.net")])
def test_a_host_that_only_begins_or_ends_as_our_hub_is_no_pass(before: str, after: str) -> None:
    hub = resource(HUB)
    host = (before, Hole(hub.address, "name"), after)
    found = judge("dps-unknown-hub", hub, resource(DPS, linked(host)))
    assert said(found) == [("undecided", LINK)]


def test_a_key_of_our_hub_does_not_make_another_host_ours() -> None:
    hub = resource(HUB)
    key = Hole(hub.address, "primaryKey")
    rogue = Made((f"HostName=rogue.azure-devices.net;SharedAccessKeyName=l;{KEY_FIELD}", key))
    value = {"iotHubs": [{"connectionString": rogue}]}
    dps = Resource(DPS, "x", "urn:dps", {"properties": value}, references={LINK: (hub.address,)})
    assert said(judge("dps-unknown-hub", hub, dps)) == [("open", LINK)]


def test_a_link_by_identity_names_its_host() -> None:
    def by_identity(host: object) -> Resource:
        link = {"authenticationType": "SystemAssigned", "hostName": host}
        return resource(DPS, {"iotHubs": [link]})

    path = "properties.iotHubs[0].hostName"
    hub = resource(HUB)
    assert judge("dps-unknown-hub", hub, by_identity("x.azure-devices.net")) == []
    assert judge("dps-unknown-hub", hub, by_identity(Made((Hole(hub.address, "h"),)))) == []
    assert said(judge("dps-unknown-hub", hub, by_identity("y.azure-devices.net"))) == [
        ("open", path)
    ]
    assert said(judge("dps-unknown-hub", hub, by_identity(UNKNOWN))) == [("undecided", path)]


def test_a_link_that_is_not_known_hides_no_rogue() -> None:
    both = [*linked(CONFIG)["iotHubs"], *linked("y.azure-devices.net")["iotHubs"]]
    assert of("dps-unknown-hub", DPS, {"iotHubs": both}) == [
        ("undecided", LINK),
        ("open", LINK.replace("[0]", "[1]")),
    ]
    assert of("dps-unknown-hub", DPS, {}) == []
    assert of("dps-unknown-hub", DPS, {"iotHubs": [{"connectionString": ""}]}) == []


# Certificates.

CERTIFICATE = "properties.certificate"


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def signed(
    key: Any = None,
    *,
    last: date = TODAY + timedelta(days=365),
    first: date = TODAY - timedelta(days=365),
    ca: bool | None = True,
    name: str = "Plant CA",
    also: x509.ExtensionType | None = None,
) -> bytes:
    key = ec_key() if key is None else key
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(first.year, first.month, first.day, tzinfo=UTC))
        .not_valid_after(datetime(last.year, last.month, last.day, 12, tzinfo=UTC))
    )
    if ca is not None:
        extension = x509.BasicConstraints(ca=ca, path_length=None)
        certificate = certificate.add_extension(extension, critical=True)
    if also is not None:
        certificate = certificate.add_extension(also, critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return certificate.sign(key, digest).public_bytes(Encoding.DER)


def base64_of(der: bytes) -> str:
    return base64.b64encode(der).decode()


def pem(der: bytes, label: str = "CERTIFICATE") -> str:
    lines = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{lines}-----END {label}-----\n"


def weaker(der: bytes, algorithm: int) -> bytes:
    """The certificate with another hash in the name of its signature: 4 is MD5, 5 SHA-1."""
    rsa_with = bytes.fromhex("2a864886f70d0101")
    return der.replace(rsa_with + b"\x0b", rsa_with + bytes([algorithm]))


def cert(
    rule: str, text: object, arm_type: str = CERTIFICATES[0], team: Team = TEAM
) -> list[Finding]:
    return judge(rule, resource(arm_type, {"certificate": text}), team=team)


FORMS: dict[str, Callable[[bytes], str]] = {
    "pem": pem,
    "pem with windows line ends": lambda der: pem(der).replace("\n", "\r\n"),
    "pem with words around it": lambda der: f"subject=CN = Plant CA\n{pem(der)}\n",
    "old pem": lambda der: pem(der, "X509 CERTIFICATE"),
    "base64 of der": base64_of,
    "base64 of der in lines": lambda der: base64.encodebytes(der).decode(),
    "base64 of pem": lambda der: base64_of(pem(der).encode()),
}


@pytest.mark.parametrize("arm_type", CERTIFICATES)
@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_is_read_in_every_form_that_azure_takes(form: str, arm_type: str) -> None:
    good, leaf = FORMS[form](signed()), FORMS[form](signed(ca=False))
    for rule in ("ca-cert-unfit", "ca-cert-expiring", "ca-cert-private-key", "ca-cert-sample"):
        assert cert(rule, good, arm_type) == []
        assert cert(rule, Secret(good), arm_type) == []
    (finding,) = cert("ca-cert-unfit", leaf, arm_type)
    assert (finding.status, finding.path) == ("open", CERTIFICATE)
    assert finding.severity == HIGH


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        (lambda: signed(ca=False), "not the certificate of a CA"),
        (lambda: signed(ca=None), "not the certificate of a CA"),
        (lambda: signed(rsa_key(1024)), "RSA key has 1024 bits, not 2048"),
        (lambda: signed(rsa_key(2047)), "RSA key has 2047 bits, not 2048"),
        (lambda: signed(ec.generate_private_key(ec.SECP224R1())), "EC key has 224 bits, not 256"),
        (lambda: signed(ed25519.Ed25519PrivateKey.generate()), "neither RSA nor EC"),
        (lambda: signed(dsa.generate_private_key(2048)), "neither RSA nor EC"),
        (lambda: weaker(signed(rsa_key(2048)), 5), "signed with SHA1"),
        (lambda: weaker(signed(rsa_key(2048)), 4), "signed with MD5"),
    ],
)
def test_an_unfit_certificate(der: Callable[[], bytes], reason: str) -> None:
    (finding,) = cert("ca-cert-unfit", pem(der()))
    assert finding.status == "open"
    assert reason in finding.message


@pytest.mark.parametrize(
    "der",
    [lambda: signed(rsa_key(2048)), lambda: signed(rsa_key(3072)),
     lambda: signed(ec.generate_private_key(ec.SECP384R1())),
     lambda: weaker(signed(rsa_key(2048)), 0x0C), lambda: weaker(signed(rsa_key(2048)), 0x0D)],
    ids=["rsa 2048", "rsa 3072", "p-384", "sha-384", "sha-512"],
)  # fmt: skip
def test_a_fit_certificate(der: Callable[[], bytes]) -> None:
    assert cert("ca-cert-unfit", pem(der())) == []


def test_all_that_is_wrong_with_one_certificate_is_one_finding() -> None:
    (finding,) = cert("ca-cert-unfit", pem(weaker(signed(rsa_key(1024), ca=False), 5)))
    assert finding.message.count(", and ") == 2


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "é", "AAAA", "A" * 9, 7, "-----BEGIN CERTIFICATE-----",
     "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
     pem(b"\x30\x03\x02\x01\x01"), pem(b"", "CERTIFICATE REQUEST"), base64_of(b"\x30" * 5000)],
)  # fmt: skip
def test_what_is_no_certificate_is_a_finding_and_no_crash(text: object) -> None:
    (finding,) = cert("ca-cert-unfit", text)
    assert finding.status == "open"
    assert "cannot be read" in finding.message
    # One rule says so; the others have nothing to judge.
    for rule in ("ca-cert-expiring", "ca-cert-private-key", "ca-cert-sample"):
        assert cert(rule, text) == []


def test_every_byte_of_a_certificate_may_be_broken() -> None:
    good = signed()
    for place in range(len(good)):
        broken = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        assert all(found.status == "open" for found in cert("ca-cert-unfit", pem(broken)))


def test_a_version_that_nobody_knows_is_no_crash() -> None:
    versioned = signed().replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07")
    (finding,) = cert("ca-cert-unfit", pem(versioned))
    assert "cannot be read" in finding.message


def test_an_extension_that_stands_twice_is_no_crash() -> None:
    other = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.100"), b"\x05\x00")
    twice = signed(also=other).replace(b"\x55\x1d\x64", b"\x55\x1d\x13")
    (finding,) = cert("ca-cert-unfit", pem(twice))
    assert "cannot be read" in finding.message


def test_what_is_odd_about_a_certificate_is_no_warning() -> None:
    # A serial number of nought, which the standard forbids.
    odd = signed().replace(b"\x02\x01\x07", b"\x02\x01\x00", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cert("ca-cert-unfit", pem(odd)) == []


@pytest.mark.parametrize("rule", ["ca-cert-unfit", "ca-cert-expiring", "ca-cert-sample",
                                  "ca-cert-private-key"])  # fmt: skip
@pytest.mark.parametrize(
    "text", [UNKNOWN, Secret(UNKNOWN), Made((CONFIG,)), Made(("-----BEGIN ", CONFIG)), {"a": 1}]
)
def test_a_certificate_that_is_not_known_is_no_pass(rule: str, text: object) -> None:
    assert said(cert(rule, text)) == [("undecided", CERTIFICATE)]


@pytest.mark.parametrize("rule", ["ca-cert-unfit", "ca-cert-expiring", "ca-cert-sample",
                                  "ca-cert-private-key"])  # fmt: skip
def test_without_a_certificate_there_is_nothing_to_judge(rule: str) -> None:
    assert cert(rule, None) == []
    assert of(rule, CERTIFICATES[0], None) == []


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "severity"),
    [(-1000, HIGH), (-1, HIGH), (0, HIGH), (1, MEDIUM), (29, MEDIUM), (30, None), (31, None)],
)
def test_how_long_a_certificate_is_good_for(days: int, severity: object) -> None:
    found = cert("ca-cert-expiring", pem(signed(first=after(-2000), last=after(days))))
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
    assert all(finding.path == CERTIFICATE for finding in found)
    assert all(f"{after(days)}" in finding.message for finding in found)


@pytest.mark.parametrize(("days", "fails"), [(90, True), (91, False)])
def test_how_many_days_must_be_left_is_the_teams_word(days: int, fails: bool) -> None:
    team = Team(today=TODAY, limits=Limits(certificate_days=91))
    found = cert("ca-cert-expiring", pem(signed(last=after(days))), team=team)
    assert bool(found) == fails


def test_a_limit_that_no_date_reaches_is_no_crash() -> None:
    team = Team(today=TODAY, limits=Limits(certificate_days=10**12))
    assert len(cert("ca-cert-expiring", pem(signed()), team=team)) == 1


@pytest.mark.parametrize(("days", "fails"), [(0, False), (1, True)])
def test_a_certificate_that_is_not_good_yet(days: int, fails: bool) -> None:
    found = cert("ca-cert-expiring", pem(signed(first=after(days))))
    assert [finding.severity for finding in found] == ([HIGH] if fails else [])
    assert all("not valid before" in finding.message for finding in found)


def test_every_certificate_of_a_chain_is_judged() -> None:
    chain = pem(signed()) + pem(signed(ca=False, last=after(-1)))
    for rule in ("ca-cert-unfit", "ca-cert-expiring"):
        (finding,) = cert(rule, chain)
        assert "certificate 2 of the text" in finding.message
    twice = pem(signed(ca=False)) * 2
    assert len({finding.fingerprint for finding in cert("ca-cert-unfit", twice)}) == 2


PLAIN: Final = NoEncryption()
LOCKED: Final = BestAvailableEncryption(b"1234")


@pytest.mark.parametrize(
    "key",
    [
        lambda: ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, PLAIN),
        lambda: ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, LOCKED),
        lambda: ec_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, PLAIN),
        lambda: rsa_key(2048).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, PLAIN),
        lambda: rsa_key(2048).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, PLAIN),
    ],
    ids=["pkcs8", "encrypted", "ec", "rsa", "openssh"],
)
@pytest.mark.parametrize("arm_type", CERTIFICATES)
def test_a_private_key_beside_the_certificate(key: Callable[[], bytes], arm_type: str) -> None:
    bundle = pem(signed()) + key().decode()
    for text in (bundle, Secret(bundle), base64_of(bundle.encode()), key().decode()):
        (finding,) = cert("ca-cert-private-key", text, arm_type)
        assert (finding.status, finding.path) == ("open", CERTIFICATE)
        assert finding.severity == CRITICAL
    # The certificate is judged as if the key were not there.
    assert cert("ca-cert-unfit", bundle, arm_type) == []


@pytest.mark.parametrize("encryption", [PLAIN, LOCKED])
def test_a_private_key_in_a_pfx_file(encryption: Any) -> None:
    certificate = x509.load_der_x509_certificate(signed())
    made = pkcs12.serialize_key_and_certificates(b"ca", ec_key(), certificate, None, encryption)
    (finding,) = cert("ca-cert-private-key", base64_of(made))
    assert finding.severity == CRITICAL


def test_a_private_key_around_what_is_made_up() -> None:
    begin = "-----BEGIN EC " + "PRIVATE KEY-----\n"
    assert said(cert("ca-cert-private-key", Secret(Made((begin, CONFIG))))) == [
        ("open", CERTIFICATE)
    ]
    whole = Made((pem(signed()), CONFIG))
    assert said(cert("ca-cert-private-key", whole)) == [("undecided", CERTIFICATE)]


def test_a_public_key_is_none() -> None:
    beside = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    assert cert("ca-cert-private-key", pem(signed()) + beside) == []


@pytest.mark.parametrize(
    ("name", "fails"),
    [("Azure IoT Hub CA Cert Test Only", True), ("Azure IoT CA TestOnly Root CA", True),
     ("Azure IoT Hub Intermediate Cert Test Only 4711", True), ("azure iot ca testonly", True),
     ("Plant CA", False), ("Contest Only CA", False), ("Test bench only", False)],
)  # fmt: skip
def test_certificates_of_the_sample_scripts(name: str, fails: bool) -> None:
    found = cert("ca-cert-sample", pem(signed(name=name)))
    assert [finding.severity for finding in found] == ([CRITICAL] if fails else [])
    assert all(name in finding.message for finding in found)


# What a vault gives to whom, and for how long.

PERMISSIONS = "properties.accessPolicies[0].permissions"


def permitted(permissions: object, **more: object) -> dict[str, object]:
    return {"accessPolicies": [{"objectId": "o", "permissions": permissions}], **more}


@pytest.mark.parametrize("kind", ["keys", "secrets", "certificates", "storage"])
@pytest.mark.parametrize("name", ["all", "All", "purge", "PURGE"])
def test_a_wide_access_policy(kind: str, name: str) -> None:
    found = judge("kv-wide-access-policy", resource(VAULT, permitted({kind: ["get", name]})))
    assert said(found) == [("open", f"{PERMISSIONS}.{kind}")]
    assert found[0].severity == HIGH


@pytest.mark.parametrize(
    "permissions",
    [{}, {"keys": []}, {"keys": ["get"], "secrets": ["get", "list", "set", "delete"]}],
)
def test_an_access_policy_that_names_what_it_needs(permissions: object) -> None:
    assert of("kv-wide-access-policy", VAULT, permitted(permissions)) == []
    assert of("kv-wide-access-policy", VAULT, {}) == []


def test_a_vault_that_goes_by_roles_does_not_look_at_its_access_policies() -> None:
    wide = {"secrets": ["all"]}
    roles = permitted(wide, enableRbacAuthorization=True)
    assert of("kv-wide-access-policy", VAULT, roles) == []
    unknown = permitted(wide, enableRbacAuthorization=UNKNOWN)
    assert of("kv-wide-access-policy", VAULT, unknown) == [
        ("undecided", "properties.enableRbacAuthorization")
    ]
    narrow = permitted({"secrets": ["get"]}, enableRbacAuthorization=UNKNOWN)
    assert of("kv-wide-access-policy", VAULT, narrow) == []


def test_unknown_permissions_hide_no_others() -> None:
    both = permitted({"keys": UNKNOWN, "secrets": ["all"]})
    assert of("kv-wide-access-policy", VAULT, both) == [
        ("undecided", f"{PERMISSIONS}.keys"),
        ("open", f"{PERMISSIONS}.secrets"),
    ]
    listed = [{"permissions": UNKNOWN}, {"permissions": {"keys": ["purge"]}}]
    assert of("kv-wide-access-policy", VAULT, {"accessPolicies": listed}) == [
        ("undecided", PERMISSIONS),
        ("open", f"{PERMISSIONS.replace('[0]', '[1]')}.keys"),
    ]


def test_an_entry_that_is_a_resource_of_its_own() -> None:
    kind = identify("azure-native:keyvault:AccessPolicy").arm_type
    assert kind is not None

    def entry(permissions: object) -> Resource:
        inputs = {"vaultName": "v", "policy": {"objectId": "o", "permissions": permissions}}
        return Resource(kind, "x", "urn:x", body(kind, inputs).properties)

    path = "properties.policy.permissions"
    assert said(judge("kv-wide-access-policy", entry({"secrets": ["all"]}))) == [
        ("open", f"{path}.secrets")
    ]
    assert judge("kv-wide-access-policy", entry({"secrets": ["get"]})) == []
    assert said(judge("kv-wide-access-policy", entry(UNKNOWN))) == [("undecided", path)]


def test_an_entry_of_a_template_has_a_list() -> None:
    found = of("kv-wide-access-policy", f"{VAULT}/accessPolicies", permitted({"keys": ["purge"]}))
    assert found == [("open", f"{PERMISSIONS}.keys")]


def seconds(day: date, hour: int = 0) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


LIFETIMES = [
    ("kv-secret-without-expiry", SECRET, 365),
    ("kv-key-without-expiry", KEY, 730),
]
EXPIRY = "properties.attributes.exp"


@pytest.mark.parametrize(("rule", "arm_type", "longest"), LIFETIMES)
def test_an_expiry(rule: str, arm_type: str, longest: int) -> None:
    def expiring(*values: object) -> list[list[tuple[str, str]]]:
        return [of(rule, arm_type, {"attributes": {"exp": value}}) for value in values]

    last = seconds(after(longest), 23)
    good = expiring(seconds(after(1)), float(seconds(after(1))), seconds(after(longest)), last)
    assert good == [[]] * 4
    bad = expiring(None, 0, -1, seconds(after(longest + 1)), 10**30, -(10**30))
    assert bad == [[("open", EXPIRY)]] * 6
    unknown = expiring(UNKNOWN, Made((CONFIG,)), "2027-01-01", True)
    assert unknown == [[("undecided", EXPIRY)]] * 4


@pytest.mark.parametrize(("rule", "arm_type"), [each[:2] for each in LIFETIMES])
@pytest.mark.parametrize("value", [None, {}, {"attributes": {}}, {"attributes": {"enabled": True}}])
def test_no_expiry(rule: str, arm_type: str, value: object) -> None:
    assert of(rule, arm_type, value) == [("open", EXPIRY)]
    assert of(rule, arm_type, {"attributes": UNKNOWN}) == [("undecided", "properties.attributes")]


@pytest.mark.parametrize(("rule", "arm_type"), [each[:2] for each in LIFETIMES])
def test_an_expiry_in_the_past_is_none(rule: str, arm_type: str) -> None:
    # Checkov's CKV_AZURE_41 passes the first second of 1970.
    for exp in (1, seconds(after(-1)), seconds(TODAY), seconds(TODAY, 23)):
        (finding,) = judge(rule, resource(arm_type, {"attributes": {"exp": exp}}))
        assert "has expired" in finding.message
        assert finding.severity == MEDIUM


def test_the_longest_life_is_the_teams_word() -> None:
    team = Team(today=TODAY, limits=Limits(secret_days=30, key_days=60))
    for days, secret, key in ((30, 0, 0), (31, 1, 0), (60, 1, 0), (61, 1, 1)):
        value = {"attributes": {"exp": seconds(after(days))}}
        assert len(of("kv-secret-without-expiry", SECRET, value, team=team)) == secret
        assert len(of("kv-key-without-expiry", KEY, value, team=team)) == key


def test_the_expiry_of_a_rotation_policy_is_none_of_the_key() -> None:
    # Checkov's CKV_AZURE_40 takes it for one, and does not look at the key's own.
    rotating = {"rotationPolicy": {"attributes": {"expiryTime": "P1Y"}}}
    assert of("kv-key-without-expiry", KEY, rotating) == [("open", EXPIRY)]
    own = {"attributes": {"exp": seconds(after(90))}}
    assert of("kv-key-without-expiry", KEY, own) == []


ACTIONS = "properties.rotationPolicy.lifetimeActions"


def rotation(*kinds: object) -> dict[str, object]:
    return {"rotationPolicy": {"lifetimeActions": [{"action": {"type": kind}} for kind in kinds]}}


@pytest.mark.parametrize(
    "value", [rotation("rotate"), rotation("Rotate"), rotation("notify", "rotate")]
)
def test_a_key_that_is_rotated(value: object) -> None:
    assert of("kv-key-without-rotation", KEY, value) == []


@pytest.mark.parametrize(
    "value",
    [None, {}, {"rotationPolicy": {}}, rotation(), rotation("notify"), rotation(None),
     {"rotationPolicy": {"attributes": {"expiryTime": "P1Y"}}},
     {"rotationPolicy": {"lifetimeActions": [{}]}}],
)  # fmt: skip
def test_a_key_that_is_never_rotated(value: object) -> None:
    found = judge("kv-key-without-rotation", resource(KEY, value))
    assert said(found) == [("open", ACTIONS)]
    assert found[0].severity == MEDIUM


def test_a_rotation_that_is_not_known() -> None:
    assert of("kv-key-without-rotation", KEY, rotation(UNKNOWN)) == [
        ("undecided", f"{ACTIONS}[0].action.type")
    ]
    assert of("kv-key-without-rotation", KEY, rotation(UNKNOWN, "rotate")) == []
    assert of("kv-key-without-rotation", KEY, {"rotationPolicy": UNKNOWN}) == [
        ("undecided", "properties.rotationPolicy")
    ]
