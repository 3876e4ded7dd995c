"""The line and the column of a finding: the keyword in the user's own words.

In the sources below `§` stands before what the finding must point at, `¤` before what must be a
related place, and `#1`, `#2` … mark the lines of the frames, the outermost first.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import replace
from textwrap import dedent

import pytest
from tests.policies.gates.program import hand_made as hand

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Finding
from hubwarden_policies.gates.program.lines.locate import called, pinpoint
from hubwarden_policies.model import PROGRAM_TYPE, STACK_TYPE, Location, Stack
from hubwarden_policies.rule import HIGH, Subject

HUB = "Microsoft.Devices/IotHubs"
STORAGE = "Microsoft.Storage/storageAccounts"
TLS = "properties.minTlsVersion"


def place(text: str, mark: str) -> Location | None:
    """The place after a mark, in the text without marks."""
    before, found, _ = text.partition(mark)
    if not found:
        return None
    line = re.sub("[§¤]", "", before.rpartition("\n")[2])
    return Location("__main__.py", before.count("\n") + 1, len(line) + 1)


def find(
    source: str, path: str = TLS, *, token: str = hand.HUB, arm_type: str = HUB
) -> tuple[Finding, str]:
    """What a finding about this source becomes, and the source with its marks."""
    text = dedent(source).strip("\n")
    lines = text.split("\n")
    frames = sorted(
        (match[1], number)
        for number, line in enumerate(lines, 1)
        for match in re.finditer(r"#(\d)", line)
    )
    locations = tuple(Location("__main__.py", number) for _, number in frames)
    finding = Finding(
        rule=RULES[0],
        status="open",
        severity=HIGH,
        level="mandatory",
        stack="dev",
        subject=Subject(arm_type, "it", hand.urn(token, "it"), locations),
        path=path,
        message="",
        fix="",
        fingerprint="",
        locations=locations,
        related=(),
    )
    plain = re.sub("[§¤]", "", text)
    there = Stack("shop", "dev", (), sources={"__main__.py": plain})
    return pinpoint(finding, there), text


@pytest.mark.parametrize(
    "source",
    [
        # As a keyword of a class for the arguments, in one line and in several.
        """
        hub = IotHubResource("it", properties=IotHubPropertiesArgs(§min_tls_version="1.0"))  #1
        """,
        """
        hub = iothub.IotHubResource(  #1
            "it",
            sku=iothub.IotHubSkuInfoArgs(name="S1"),
            properties=iothub.IotHubPropertiesArgs(
                disable_local_auth=True,
                §min_tls_version="1.0",
            ),
        )
        """,
        # As the key of a dict, in snake and in camel case, and of dict().
        """
        IotHubResource("it", properties={"disable_local_auth": True, §"min_tls_version": "1.0"})  #1
        """,
        """
        IotHubResource("it", properties={§"minTlsVersion": "1.0"})  #1
        """,
        """
        IotHubResource("it", properties=dict(§min_tls_version="1.0"))  #1
        """,
        # In one object with all arguments.
        """
        IotHubResource("it", iothub.IotHubResourceArgs(  #1
            properties={§"min_tls_version": "1.0"}))
        """,
        # In what wraps, chooses, spreads and returns.
        """
        IotHubResource("it", properties=Output.secret({§"min_tls_version": "1.0"}))  #1
        """,
        """
        IotHubResource("it", properties=rg.id.apply(lambda i: {§"min_tls_version": i}))  #1
        """,
        """
        IotHubResource("it", properties={**common, **{§"min_tls_version": "1.0"}})  #1
        """,
        """
        IotHubResource("it", **{"properties": {§"min_tls_version": "1.0"}})  #1
        """,
        """
        IotHubResource("it", properties=None if a else {§"min_tls_version": "1.0"})  #1
        """,
        """
        IotHubResource("it", properties=common | {§"min_tls_version": "1.0"})  #1
        """,
        # In a loop and a comprehension: the line is the user's only one.
        """
        for name in names:
            IotHubResource(name, properties={§"min_tls_version": "1.0"})  #1
        """,
        """
        hubs = [IotHubResource(n, properties={§"min_tls_version": "1.0"}) for n in names]  #1
        """,
        # Where it is written elsewhere, the nearest name; where it is missing, the call.
        """
        props = {"min_tls_version": "1.0"}
        IotHubResource("it", §properties=props)  #1
        """,
        """
        IotHubResource("it", §properties=secure_properties(tls="1.0"))  #1
        """,
        """
        IotHubResource("it", §properties={**common, "disable_local_auth": True})  #1
        """,
        """
        hub = §IotHubResource("it", properties={"disable_local_auth": True})  #1
        """,
        """
        hub = §IotHubResource("it", properties=Output.secret({"comments": "c"}))  #1
        """,
        """
        §IotHubResource(  #1
            "it",
        )
        """,
        """
        hub = §IotHubResource("it", properties=IotHubPropertiesArgs(disable_local_auth=False))  #1
        """,
        # The line that Python gives may be the end of a dotted name.
        """
        hub = (iothub
            .IotHubResource("it", properties={  #1
                §"min_tls_version": "1.0"}))
        """,
        # Another class of the same line is not meant.
        """
        x = f(g(min_tls_version=1), IotHubResource("it", properties={§"min_tls_version": 1}))  #1
        """,
        # A class by another name.
        """
        Hub = iothub.IotHubResource
        Hub("it", properties={§"min_tls_version": "1.0"})  #1
        """,
        # A component from a package: its own keyword for the same thing.
        """
        thing = SecureHub("it", §min_tls_version="1.0")  #1
        """,
        # Columns count characters.
        """
        x = "æøå😀"; IotHubResource("it", properties={§"min_tls_version": "1.0"})  #1
        """,
    ],
)  # fmt: skip
def test_the_finding_points_at_the_keyword(source: str) -> None:
    finding, text = find(source)
    assert finding.locations[0] == place(text, "§")
    assert finding.related == ()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("properties.iotHubs[1].connectionString", """
        IotDpsResource("it", properties={"iot_hubs": [a, {§"connection_string": c}]})  #1
        """),
        ("properties.iotHubs[1].connectionString", """
        IotDpsResource("it", properties={"iot_hubs": [{"location": a}, §b]})  #1
        """),
        ("properties.iotHubs[1]", """
        IotDpsResource("it", properties={"iot_hubs": [a, §b]})  #1
        """),
        ("properties.iotHubs[3].connectionString", """
        IotDpsResource("it", properties={"iot_hubs": [{§"connection_string": h} for h in hubs]})  #1
        """),
        ("properties.iotHubs[1].connectionString", """
        IotDpsResource("it", properties={§"iot_hubs": hubs})  #1
        """),
        ("tags.my_Tag", """
        IotDpsResource("it", tags={"other": 1, §"my_Tag": key})  #1
        """),
    ],
)  # fmt: skip
def test_items_of_lists_and_maps_are_found(path: str, source: str) -> None:
    arm_type = "Microsoft.Devices/provisioningServices"
    finding, text = find(source, path, token=hand.DPS, arm_type=arm_type)
    assert finding.locations[0] == place(text, "§")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("properties.supportsHttpsTrafficOnly", """
        StorageAccount("it", §enable_https_traffic_only=False)  #1
        """),
        ("properties.networkAcls.ipRules[0].value", """
        StorageAccount("it", network_rule_set=storage.NetworkRuleSetArgs(ip_rules=[  #1
            storage.IPRuleArgs(§i_p_address_or_range="0.0.0.0/0")]))
        """),
        ("properties.encryption.keyvaultproperties.keyname", """
        StorageAccount("it", encryption={"key_vault_properties": {§"key_name": "k"}})  #1
        """),
        ("name", "StorageAccount('it', §account_name='a')  #1"),
    ],
)  # fmt: skip
def test_names_that_the_sdk_flattens_or_changes_are_found(path: str, source: str) -> None:
    finding, text = find(source, path, token=hand.STORAGE, arm_type=STORAGE)
    assert finding.locations[0] == place(text, "§")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("""
        def make(name, tls):
            return IotHubResource(name, properties={¤"min_tls_version": tls})  #2
        §make("it", "1.0")  #1
        """, "set here"),
        ("""
        class Hub(ComponentResource):
            def __init__(self, name):
                super().__init__("shop:index:Hub", name)
                self.hub = ¤IotHubResource(name)  #2
        hub = §Hub("it")  #1
        """, "made here"),
        ("""
        def made(name, **rest):
            return IotHubResource(name, ¤properties=rest)  #3
        def make(name):
            return made(name, tls="1.0")  #2
        x = 1; §make("it")  #1
        """, "set here"),
    ],
)  # fmt: skip
def test_the_users_own_line_stays_first_and_the_keyword_is_related(source: str, words: str) -> None:
    finding, text = find(source)
    assert finding.locations[0] == place(text, "§")
    assert finding.related == ((place(text, "¤"), words),)


def test_a_place_is_related_once() -> None:
    source = """
    def make():
        return IotHubResource("it")  #2
    make()  #1
    """
    finding, _ = find(source)
    again = replace(finding, locations=(Location("__main__.py", 3), *finding.locations[1:]))
    text = dedent(source).strip("\n")
    there = Stack("shop", "dev", (), sources={"__main__.py": text})
    assert pinpoint(again, there).related == finding.related


def test_what_the_running_python_cannot_parse_has_no_column() -> None:
    finding, _ = find("def (:  #1")
    assert finding.locations == (Location("__main__.py", 1),)


def test_a_file_that_nobody_read_has_no_column() -> None:
    finding, _ = find("IotHubResource('it')  #1")
    elsewhere = replace(finding, locations=(Location("../lib/a.py", 1),))
    assert pinpoint(elsewhere, Stack("shop", "dev", ())) == elsewhere


def test_a_text_that_goes_on_and_on_is_followed_to_its_end() -> None:
    source = "§IotHubResource('it', properties=" + " | ".join(["{}"] * 2000) + ")  #1"
    finding, text = find(source)
    assert finding.locations[0] == place(text, "§")


def test_a_line_past_the_end_of_a_file_has_no_column() -> None:
    there = {"__main__.py": "a = 1\n"}
    assert called(Location("__main__.py", 9), there) == Location("__main__.py", 9)


def test_no_place_stays_none() -> None:
    finding, _ = find("IotHubResource('it')  #1")
    nowhere = replace(finding, locations=())
    assert pinpoint(nowhere, Stack("shop", "dev", ())) == nowhere


def test_a_place_with_a_column_stays() -> None:
    finding, _ = find("IotHubResource('it')  #1")
    config = replace(finding, locations=(Location("Pulumi.dev.yaml", 3, 9),))
    assert pinpoint(config, Stack("shop", "dev", ())) == config


@pytest.mark.parametrize("kind", [STACK_TYPE, PROGRAM_TYPE])
def test_what_is_no_resource_points_at_the_call_of_its_line(kind: str) -> None:
    finding, text = find("if a:\n    §pulumi.export('k', key(x))  #1", "outputs.k", arm_type=kind)
    assert finding.locations[0] == place(text, "§")


def test_carriage_returns_and_form_feeds_do_not_move_the_line() -> None:
    text = "a = 1\r\n\x0cb = 2\rIotHubResource('it')\r\n"
    assert called(Location("__main__.py", 3), {"__main__.py": text}).column == 1


def test_the_line_that_python_gives_is_one_of_the_calls() -> None:
    """The frames of a real interpreter, for calls that spread over lines."""
    program = dedent(
        """
        import sys
        def line(*args, **kwargs): print(sys._getframe(1).f_lineno); return ns
        class ns: pass
        ns.line = line
        line(
            1,
            a=line(
                2),
        )
        (ns
            .line(3)
            .line(
                4))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    for number in map(int, done.stdout.split()):
        assert called(Location("a.py", number), {"a.py": program}) != Location("a.py", number) or (
            program.split("\n")[number - 1].strip().startswith(".line")
        )


def test_an_example_of_every_line_of_a_large_file_is_quick() -> None:
    text = "".join(
        f"h{n} = IotHubResource('h{n}', properties=dict(min_tls_version=1))\n" for n in range(1000)
    )
    there = Stack("shop", "dev", (), sources={"__main__.py": text})
    base, _ = find("IotHubResource('it')  #1")
    findings = [replace(base, locations=(Location("__main__.py", n + 1),)) for n in range(1000)]
    began = time.process_time()
    found = [pinpoint(finding, there) for finding in findings]
    assert time.process_time() - began < 1
    assert all(finding.locations[0].column for finding in found)
