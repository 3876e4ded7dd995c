"""ARM: what is sent how often, where to, and how it fails."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from tests.cli.azure.service import TOKEN, Here, Holder, Reply, Service, here, self_signed

from hubwarden_cli.azure.arm import HUB_API, Arm, Status
from hubwarden_cli.azure.channel import Channel
from hubwarden_cli.azure.failures import (
    Astray,
    Busy,
    Failure,
    Forbidden,
    Missing,
    Refused,
    Stale,
    Throttled,
    Unanswered,
    Unreachable,
    Untrusted,
)
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.wire import Wire

HUB = ResourceId.parse(
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/plant"
    "/providers/Microsoft.Devices/IotHubs/one"
)
OPERATION = "/subscriptions/1/operationResults/2?api-version=3&asyncinfo"


@pytest.fixture
def arm(service: Service, wire: Wire) -> Arm:
    return Arm(here(service), Holder(), wire)


def put(arm: Arm) -> object:
    return arm.put(HUB, HUB_API, {"properties": {}}, "one")


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(cut="answer"), Unanswered),
        (Reply(201, cut="body"), Unanswered),
        (Reply(500), Unanswered),
        (Reply(500, headers={"Retry-After": "1"}), Unanswered),
        (Reply(502), Unanswered),
        (Reply(504), Unanswered),
        (Reply(408), Unanswered),
        (Reply(503), Unanswered),
        (Reply(503, headers={"Retry-After": "7"}), Throttled),
        (Reply(429), Throttled),
        (Reply(429, headers={"Retry-After": "7"}), Throttled),
        (Reply(409, headers={"Retry-After": "7"}), Busy),
        (Reply(412), Stale),
        (Reply(401), Forbidden),
        (Reply(403), Forbidden),
        (Reply(404), Missing),
        (Reply(400), Refused),
        (Reply(307, headers={"Location": "/elsewhere"}), Refused),
    ],
)
def test_a_write_is_sent_once(
    arm: Arm, service: Service, pauses: list[float], reply: Reply, failure: type[Failure]
) -> None:
    service.answers(reply)
    with pytest.raises(Failure) as failed:
        put(arm)
    assert type(failed.value) is failure
    assert [asked.method for asked in service.asked] == ["PUT"]
    assert not pauses


@pytest.mark.parametrize(
    "reply", [Reply(cut="answer"), Reply(cut="body"), Reply(429), Reply(500), Reply(503)]
)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_read_is_repeated(arm: Arm, service: Service, reply: Reply, verb: str) -> None:
    service.answers(reply, reply, Reply(body={"found": True}))
    found = arm.get(HUB, HUB_API).body if verb == "get" else arm.post(HUB, "listkeys", HUB_API)
    assert found == {"found": True}
    assert len(service.asked) == 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        ({"retry-after-ms": "1700"}, 1.7),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
    ],
)
def test_a_read_waits_as_long_as_it_is_told(
    arm: Arm, service: Service, pauses: list[float], headers: dict[str, str], seconds: float
) -> None:
    service.answers(Reply(429, headers=headers), Reply(503, headers=headers), Reply())
    arm.get(HUB, HUB_API)
    assert pauses == [seconds, seconds]


def test_a_very_long_pause_is_handed_on(arm: Arm, service: Service, pauses: list[float]) -> None:
    service.answers(Reply(429, headers={"Retry-After": "3600"}))
    with pytest.raises(Throttled) as throttled:
        arm.get(HUB, HUB_API)
    assert (throttled.value.retry_after, pauses, len(service.asked)) == (3600, [], 1)


def test_a_read_waits_until_the_date_it_is_told(
    arm: Arm, service: Service, pauses: list[float]
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    service.answers(Reply(429, headers={"Retry-After": date}), Reply())
    arm.get(HUB, HUB_API)
    assert 50 < pauses[0] <= 100


def test_a_read_gives_up(arm: Arm, service: Service) -> None:
    service.answers(Reply(429, headers={"Retry-After": "7"}))
    with pytest.raises(Throttled) as throttled:
        arm.get(HUB, HUB_API)
    assert throttled.value.retry_after == 7
    assert len(service.asked) <= 7


def test_a_pause_that_cannot_be_read_is_no_crash(arm: Arm, service: Service) -> None:
    service.answers(Reply(429, headers={"Retry-After": "soon"}))
    with pytest.raises(Failure):
        arm.get(HUB, HUB_API)


def test_what_is_not_known_survives_a_write(arm: Arm, service: Service) -> None:
    text = (
        '{"etag":"AAAA=","properties":{"deviceRegistry":{"namespace":"\\u00e4\\ud83d\\ude00"},'
        '"big":123456789012345678901234567890,"small":0.1,"none":null,"empty":[{},""],'
        '"authorizationPolicies":[]},"zones":["1"],"a/b":"\\u2028<&>\\"\\\\"}'
    )
    service.answers(Reply(body=text.encode()))
    raw = arm.get(HUB, HUB_API)
    arm.put(HUB, HUB_API, raw.body, raw.etag)
    assert service.asked[-1].content.decode() == text
    assert service.asked[-1].headers["If-Match"] == "AAAA="


def test_a_number_that_would_change_is_not_read(arm: Arm, service: Service) -> None:
    for number in (b"0.12345678901234567890", b"1e400"):
        service.answers(Reply(body=b'{"x":' + number + b"}"))
        with pytest.raises(Unanswered, match="no JSON object"):
            arm.get(HUB, HUB_API)


def test_without_an_etag_nothing_is_compared(arm: Arm, service: Service) -> None:
    service.answers(Reply())
    arm.put(HUB, HUB_API, {}, None)
    assert "If-Match" not in service.asked[0].headers


def test_an_etag_may_be_a_header(arm: Arm, service: Service) -> None:
    service.answers(Reply(headers={"ETag": '"two"'}), Reply(body={"etag": "three"}), Reply())
    assert [arm.get(HUB, HUB_API).etag for _ in range(3)] == ['"two"', "three", None]


@pytest.mark.parametrize("header", ["azure-asyncoperation", "Azure-AsyncOperation", "Location"])
def test_an_operation_is_a_path(arm: Arm, service: Service, header: str) -> None:
    headers = {header: service.url + OPERATION, "Retry-After": "15"}
    service.answers(Reply(201, headers=headers), Reply(body={"status": "Running"}))
    operation = arm.put(HUB, HUB_API, {}, None)
    assert operation is not None
    assert (operation.path, operation.retry_after) == (OPERATION, 15)
    assert arm.operation(operation.path) is Status.RUNNING
    assert service.asked[-1].path == OPERATION


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (Reply(body={"status": "Accepted"}), "Running"),
        (Reply(body={"status": "Succeeded"}), "Succeeded"),
        (Reply(body={"status": "Failed"}), "Failed"),
        (Reply(body={"status": "Canceled"}), "Canceled"),
        (Reply(202), "Running"),
        (Reply(204, body=b""), "Succeeded"),
        (Reply(body={"properties": {"provisioningState": "Transitioning"}}), "Running"),
        (Reply(body={"name": "one", "properties": {}}), "Succeeded"),
        (Reply(404), None),
    ],
)
def test_an_operation_stands_somewhere(
    arm: Arm, service: Service, reply: Reply, status: str | None
) -> None:
    service.answers(reply)
    assert arm.operation(OPERATION) == status


def test_a_write_without_an_operation(arm: Arm, service: Service) -> None:
    service.answers(Reply())
    assert put(arm) is None


def test_no_token_goes_to_another_host(arm: Arm, service: Service, other_service: Service) -> None:
    other_service.answers(Reply())
    for target in (
        other_service.url + OPERATION,
        other_service.url.replace("https:", ""),
        service.url.replace("https:", "http:") + OPERATION,
        service.url.replace("https://", f"https://{service.url[8:]}@"),
        "https://evil.example/",
    ):
        service.answers(Reply(201, headers={"azure-asyncoperation": target}))
        with pytest.raises(Astray):
            put(arm)
        service.answers(Reply(body={"value": [], "nextLink": target}))
        with pytest.raises(Astray):
            list(arm.list("/subscriptions", "2022-12-01"))
    for path in (other_service.url + OPERATION, f"@{other_service.url[8:]}/", "", "x"):
        with pytest.raises((ValueError, Astray)):
            arm.operation(path)
    assert not other_service.asked


def test_a_channel_knows_one_origin(service: Service, other_service: Service, wire: Wire) -> None:
    """Whoever builds an address, and however wrongly."""
    credential = Holder()
    policy = BearerTokenCredentialPolicy(credential, "scope")
    channel = Channel(service.url, policy, service.ca, wire)
    for url in (other_service.url, f"{service.url}@evil.example/", f"http{service.url[5:]}/"):
        with pytest.raises(Astray):
            channel.read("GET", url)
    assert not credential.scopes


def test_pages_follow_each_other(arm: Arm, service: Service) -> None:
    service.answers(
        Reply(body={"value": [{"name": "one"}], "nextLink": f"{service.url}/next?x=1"}),
        Reply(body={"value": [{"name": "two"}, {"name": "three"}]}),
    )
    pages = list(arm.list("/subscriptions/1/providers/Microsoft.Devices/IotHubs", HUB_API))
    assert [[hub["name"] for hub in page] for page in pages] == [["one"], ["two", "three"]]
    assert [asked.path for asked in service.asked] == [
        f"/subscriptions/1/providers/Microsoft.Devices/IotHubs?api-version={HUB_API}",
        "/next?x=1",
    ]


def test_where_nobody_listens_nothing_was_sent(service: Service, wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
    for address in (url, "https://no-such-host.invalid"):
        arm = Arm(Here(here(service).cloud, address, service.ca), Holder(), wire)
        with pytest.raises(Unreachable):
            put(arm)


def test_an_earlier_trouble_of_the_caller_excuses_no_cut(arm: Arm, service: Service) -> None:
    """Not even where the caller is still handling it: this write may have taken effect."""
    service.answers(Reply(cut="answer"))
    try:
        raise ConnectionRefusedError
    except ConnectionRefusedError:
        with pytest.raises(Unanswered):
            put(arm)


def test_an_unknown_certificate_is_not_trusted(
    service: Service, wire: Wire, tmp_path_factory: pytest.TempPathFactory
) -> None:
    service.answers(Reply())
    stranger = str(self_signed(tmp_path_factory.mktemp("stranger")))
    arm = Arm(Here(here(service).cloud, service.url, stranger), Holder(), wire)
    with pytest.raises(Untrusted, match="nothing was sent"):
        put(arm)
    assert not service.asked


@pytest.mark.parametrize("there", [False, True])
def test_a_file_without_authorities_is_a_sentence(
    service: Service, wire: Wire, tmp_path: Path, there: bool
) -> None:
    path = tmp_path / "authorities.pem"
    if there:
        path.write_text("no certificate is in here\n")
    arm = Arm(Here(here(service).cloud, service.url, str(path)), Holder(), wire)
    for call in (put, lambda arm: arm.get(HUB, HUB_API)):
        with pytest.raises(Untrusted, match="nothing was sent"):
            call(arm)
    assert not service.asked


def test_a_netrc_does_not_replace_the_token(
    service: Service, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login planted password planted\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", service.ca)
    service.answers(Reply())

    class Public(Here):
        verify = True

    arm = Arm(Public(here(service).cloud, service.url, ""), Holder(), wire)
    put(arm)
    assert service.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_code_of_a_refusal_is_kept_its_text_is_not(arm: Arm, service: Service) -> None:
    bodies = (
        {"error": {"code": "AuthorizationFailed", "message": "planted-canary"}},
        {"code": 412001, "message": "planted-canary"},
        {"error": {"code": "planted canary", "message": "planted-canary"}},
    )
    codes = []
    for body in bodies:
        service.answers(Reply(400, body=body))
        with pytest.raises(Refused) as refused:
            put(arm)
        codes.append(refused.value.code)
        assert "planted" not in str(refused.value)
    assert codes == ["AuthorizationFailed", "412001", ""]
    service.answers(Reply(409, bodies[0], {"x-ms-error-code": "planted canary"}))
    with pytest.raises(Busy) as busy:
        put(arm)
    assert busy.value.code == "AuthorizationFailed"


def test_a_post_sends_its_body_as_json(arm: Arm, service: Service) -> None:
    service.answers(Reply())
    arm.post(HUB, "IotHubKeys/iothubowner/listkeys", HUB_API, {"x": 1})
    asked = service.asked[0]
    assert json.loads(asked.content) == {"x": 1}
    assert asked.path == f"{HUB.path}/IotHubKeys/iothubowner/listkeys?api-version={HUB_API}"
