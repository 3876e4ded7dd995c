"""The redactor: what must go, in which disguise, and what must stay."""

from __future__ import annotations

import base64
import json
import random
import time
from urllib.parse import quote

import pytest

from hubwarden_policies import shapes
from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import mark_text
from hubwarden_policies.redact import Redactor

# All planted: drawn from seeded dice or obviously no secret of anybody.
DICE = random.Random(7)
KEY = base64.b64encode(DICE.randbytes(32)).decode()
LONG_KEY = base64.b64encode(DICE.randbytes(64)).decode()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SHARED, ACCOUNT = "Shared" + "AccessKey=", "Account" + "Key="
MARK = mark_text("0planted"[:4])


def letters(count: int) -> str:
    return "".join(DICE.choice(LETTERS) for _ in range(count))


PEM = "\n".join(
    (
        "-----BEGIN " + "PRIVATE KEY-----",
        *(letters(64) for _ in range(3)),
        "Zz9" + letters(17) + "==",
        "-----END " + "PRIVATE KEY-----",
    )
)
TOKEN = ".".join(("eyJ" + letters(20), "eyJ" + letters(40), letters(43)))

# What stands in a text, and the part of it that must not come out.
CREDENTIALS = {
    "a hub's connection string": (f"HostName=h.azure-devices.net;{SHARED}{KEY}", KEY),
    "a short key there": (f"HostName=h;SharedAccessKeyName=o;{SHARED}abcd1234", "abcd1234"),
    "an account's connection string": (
        f"AccountName=a;{ACCOUNT}{LONG_KEY};EndpointSuffix=x",
        LONG_KEY,
    ),
    "a key by itself": (f"the key is {KEY}", KEY),
    "a key in quotes": (f'primary = "{KEY}"', KEY),
    "a key without a digit": (f'"{"A" * 43}="', "A" * 43),
    "a long key": (f"[{LONG_KEY}]", LONG_KEY),
    "a key in a path": (f"https://h.example/keys/{KEY}", KEY),
    "a SAS token": (
        "SharedAccessSignature sr=h&sig=" + quote(KEY, safe="") + "&se=1",
        quote(KEY, safe=""),
    ),
    "a SAS address": ("https://h.example/c?sv=2026&sig=" + "aB3%2F" * 8 + "&se=1", "aB3%2FaB3"),
    "a password": ("Server=h;Password=hunter2;User=u", "hunter2"),
    "a short one": ("Server=h;Pwd=hunter2", "hunter2"),
    "a password in code": ('connect(user="u", password="hunter2")', "hunter2"),
    "a password in a mapping": ("{'db_password': 'hunter2'}", "hunter2"),
    "a password in the environment": ("DB_PASSWORD='hunter2'", "hunter2"),
    "a password in an address": ("postgres://me:hunter2@host/db", "hunter2"),
    "a literal that is made secret": ("x=pulumi.Output.secret('hunter2')", "hunter2"),
    "a bearer token": ("Authorization: Bearer Q7" + "x" * 30, "Q7xxx"),
    "a JWT": (f"token {TOKEN} was refused", TOKEN.split(".")[1]),
    "a private key": (f"before\n{PEM}\nafter", PEM.splitlines()[4]),
    "a private key without end": (PEM[:150], PEM.splitlines()[1][:30]),
    "a line of one": (PEM.splitlines()[2], PEM.splitlines()[2]),
    "a client secret": ("abc8Q~" + letters(34), "8Q~"),
    "an encoded connection string": (
        base64.b64encode(f"HostName=h;{SHARED}{KEY}".encode()).decode(),
        base64.b64encode(f"HostName=h;{SHARED}{KEY}".encode()).decode()[8:40],
    ),
    "the same in hexadecimal": (
        f"HostName=h;{SHARED}{KEY}".encode().hex(),
        KEY.encode().hex()[:20],
    ),
    "a key of IoT Hub": (letters(33) + "AIoTA" + letters(5) + "=", "AIoTA"),
    "the same without its end": ("Z9z" + letters(30) + "AIoTA" + letters(5), "AIoTA"),
    "a key of storage": ("Z9z" + letters(73) + "+ASt" + letters(5) + "Q==", "+ASt"),
    "a key of Cosmos DB": ("Z9z" + letters(73) + "ACDb" + letters(5) + "A==", "ACDb"),
    "a key of Event Hubs": ("Z9z" + letters(30) + "+AEhB" + letters(5) + "=", "+AEhB"),
    "a common annotated key": ("Z9z" + letters(49) + "JQQJ99A" + letters(25), "JQQJ99"),
}

DISGUISES = {
    "plain": MARK,
    "lower case": MARK.lower(),
    "reversed": MARK[::-1],
    "base64": base64.b64encode(MARK.encode()).decode(),
    "base64 after a byte": base64.b64encode(b"x" + MARK.encode()).decode(),
    "base64 after two": base64.b64encode(b"xy" + MARK.encode()).decode(),
    "hexadecimal": MARK.encode().hex(),
    "capital hexadecimal": MARK.encode().hex().upper(),
    **{f"12 characters from {n}": MARK[n : n + 12] for n in range(12)},
}

ORDINARY = (
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/plant/providers/"
    + "Microsoft.Devices/IotHubs/telemetry/providers/Microsoft.Insights/diagnosticSettings/audit",
    "urn:pulumi:dev::fleet::azure-native:iothub:IotHubResource::telemetry",
    "0f" * 32,
    "--hash=sha256:" + "ab12" * 16,
    "hub-sas-policy-no-inline-key and b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "/home/me/Plant7/site-packages/pulumi_azure_native/iothub/iot_hub_resource_consumer_group.py",
    "/src/projects/plant7/x/y/z/abcdefgh/AIoTPlatform/main/folder",
    "authorization_policies_of_the_hub_and_of_dp = x",
    'AuthorizationPoliciesSharedAccessPolicyKeys="x"',
    'f"HostName={host};SharedAccessKey={key.primary_key}"',
    '"HostName=" + host + ";SharedAccessKey=" + key',
    "HostName=….azure-devices.net;SharedAccessKey=…",
    'password = config.require_secret("dbPassword")',
    "pulumi.Output.secret(key.primary_key)",
    "connect(password=db_password, user=me)",
    "properties.authorizationPolicies[0].primaryKey of telemetry",
    "a bearer of bad news, a sig of life, signature=inspect.signature(check)",
    "https://management.azure.com/subscriptions/x?api-version=2026-01-01",
    "listIotHubResourceKeysForKeyName",
    "KeyVault-Secret-User",
)


@pytest.mark.parametrize(("text", "credential"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_credential_goes_by_its_shape(text: str, credential: str) -> None:
    said = Redactor().text(text)
    assert "[redacted: " in said
    assert credential not in said
    assert Redactor().text(said) == said


def test_kind_and_length_stay() -> None:
    assert Redactor().text(f"key: {KEY}.") == "key: [redacted: base64 key, 44 characters]."
    assert Redactor().text(f"{SHARED}abcd1234;x") == (
        f"{SHARED}[redacted: access key, 8 characters];x"
    )


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES)
def test_a_mark_goes_in_every_disguise(text: str) -> None:
    said = Redactor().text(f"name-{text}.")
    assert "made-up key" in said
    assert text not in said


@pytest.mark.parametrize("text", ORDINARY)
def test_the_ordinary_stays(text: str) -> None:
    assert Redactor([KEY, "hunter2"]).text(text) == text


SECRET = 'pa"ss wörd/7+x'


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
        repr(SECRET)[1:-1],
        SECRET.encode().hex(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"x" + SECRET.encode() + b"yz").decode(),
        base64.urlsafe_b64encode(b"xy" + SECRET.encode() + b"z").decode(),
    ],
)
def test_a_known_secret_goes_in_every_spelling(spelling: str) -> None:
    said = Redactor([SECRET]).text(f"it was >{spelling}< there")
    # What of base64 depends on the neighbours may stay.
    assert spelling[3:-6] not in said
    assert said.startswith("it was >")
    assert said.endswith("< there")


def test_a_short_secret_goes_as_a_word_only() -> None:
    said = Redactor(["admin"]).text("admin, the administrator")
    assert said == "[redacted: secret, 5 characters], the administrator"


def test_a_secret_of_several_lines_goes_line_by_line() -> None:
    assert "second line" not in Redactor(["first line\nsecond line"]).text("> second line <")


def test_the_longest_secret_goes_first() -> None:
    said = Redactor(["planted-one", "planted-one-and-more"]).text("planted-one-and-more")
    assert said == "[redacted: secret, 20 characters]"


def test_what_is_no_secret_of_any_length_stays() -> None:
    assert Redactor(["", " ", "dev", "1"]).text("1 dev stack") == "1 dev stack"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "  app:dbPassword: hunter2  # planted",
            "  app:dbPassword: [redacted: value, 7 characters]  # planted",
        ),
        ('  "app:token": "hunter2"', '  "app:token": "[redacted: value, 7 characters]"'),
        ("  app:region: westeurope", "  app:region: westeurope"),
        ("  app:keys:", "  app:keys:"),
    ],
)
def test_in_a_stack_file_the_name_gives_a_value_away(line: str, said: str) -> None:
    assert Redactor().line(line, yaml=True) == said
    assert Redactor().line(line, yaml=False) == line


def test_a_private_key_leaves_as_many_lines_as_it_had() -> None:
    text = f"a = 1\nkey = '''{PEM}'''\nb = 2\n"
    hidden = shapes.hide_blocks(text)
    assert PEM.splitlines()[4] not in hidden
    assert hidden.splitlines()[-1] == "b = 2"
    assert hidden.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "piece",
    [
        "A",
        "sig=",
        "eyJ",
        "-eyJ",
        "password",
        'password="',
        MARK[:8],
        "a://",
        "Bearer ",
        "=",
        "\\",
        "-----BEGIN " + "PRIVATE KEY-----",
        ";pwd=",
        "https://a:",
        "sig=aaaaaaaaaaaaaaaaaa",
    ],
)
def test_no_text_keeps_it_busy(piece: str) -> None:
    """A checked program chooses its texts; none may cost more than its length."""
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    Redactor([SECRET]).text(text)
    assert time.process_time() - began < 5
