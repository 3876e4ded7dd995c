"""Everything that the SDK can do arrives in the recording (the real SDK runs the real program)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policies.gates.program.running import CORPUS, recorded, resource, runs

from hubwarden_policies.gates.program.hubwarden_recorder.sdk.speed import PATCHES
from hubwarden_policies.gates.program.running.recording import Recording
from hubwarden_policies.model import UNKNOWN, Secret

FEATURES = CORPUS / "features"


@pytest.fixture(scope="module")
def preview() -> Recording:
    return recorded(FEATURES, "preview")


@pytest.fixture(scope="module")
def canary() -> Recording:
    return recorded(FEATURES, "canary")


def test_the_program_runs_to_its_end_in_both_modes(preview: Recording, canary: Recording) -> None:
    for recording in (preview, canary):
        assert recording.error is None
        assert recording.complete


def test_a_child_of_a_component_has_its_parents_type_in_its_urn(preview: Recording) -> None:
    account = resource(preview, "northaccount")
    assert account.urn.endswith(
        "plant:index:Plant$azure-native:storage:StorageAccount::northaccount"
    )
    assert account.parent == resource(preview, "north").urn


def test_protect_and_provider_are_inherited_unless_said_otherwise(preview: Recording) -> None:
    group, account = resource(preview, "north-group"), resource(preview, "northaccount")
    assert group.options["protect"] is True
    assert account.options["protect"] is False
    assert "pulumi:providers:azure-native::plant" in (group.provider or "")
    assert resource(preview, "hub0").provider != group.provider


def test_options_arrive(preview: Recording) -> None:
    account = resource(preview, "northaccount")
    assert account.options["ignoreChanges"] == ["tags"]
    assert account.options["additionalSecretOutputs"] == ["primaryEndpoints"]


def test_transforms_are_applied_sync_and_async(preview: Recording) -> None:
    assert resource(preview, "northaccount").inputs["tags"] == {"by": "stack transform"}
    hub = resource(preview, "hub1").inputs["properties"]
    assert hub["publicNetworkAccess"] == "Disabled"


def test_an_invoke_transform_is_applied(canary: Recording) -> None:
    (call,) = (c for c in canary.calls if c.token.endswith("listIotHubResourceKeysForKeyName"))
    assert call.args["keyName"] == "by-transform"
    assert call.credentials


def test_a_loop_over_configuration_declares_each(preview: Recording) -> None:
    assert {item.name for item in preview.resources} >= {"hub0", "hub1", "hub2"}


def test_a_secret_stays_secret_wherever_it_goes(preview: Recording) -> None:
    assert isinstance(resource(preview, "plant").inputs["clientSecret"], Secret)
    assert isinstance(resource(preview, "dynamic").inputs["pin"], Secret)
    assert isinstance(preview.exports["pin"], Secret)


def test_what_is_read_is_told_from_what_is_declared(preview: Recording) -> None:
    assert resource(preview, "old").read
    assert resource(preview, "acme/network/prod").read
    assert not resource(preview, "hub0").read


def test_a_preview_knows_no_outputs_and_a_canary_run_knows_all(
    preview: Recording, canary: Recording
) -> None:
    assert preview.exports["vault"] is UNKNOWN
    assert isinstance(canary.exports["vault"], str)
    assert resource(preview, "hub0").id is UNKNOWN
    assert isinstance(resource(canary, "hub0").id, str)


def test_a_resource_made_in_an_apply_is_seen_in_the_canary_run_only(
    preview: Recording, canary: Recording
) -> None:
    assert "made-in-apply" not in {item.name for item in preview.resources}
    assert "made-in-apply" in {item.name for item in canary.resources}


def test_a_plain_invoke_has_a_value_in_a_preview(preview: Recording) -> None:
    assert isinstance(preview.exports["tenant"], str)


def test_hooks_and_the_async_program_arrive(preview: Recording) -> None:
    assert len(preview.hooks) == 3
    assert preview.exports["later"] == 1


def test_places_have_the_outermost_line_of_the_user_first(preview: Recording) -> None:
    lines = (FEATURES / "__main__.py").read_text().splitlines()
    frames = resource(preview, "north-group").frames
    assert [lines[frame.line - 1].strip().split("(")[0] for frame in frames] == [
        "plant = Plant",
        "self.group = resources.ResourceGroup",
    ]
    exported = preview.export_frames["tenant"]
    assert lines[exported[-1].line - 1] == 'pulumi.export("tenant", tenant)'
    returned = preview.export_frames["later"]
    assert [lines[frame.line - 1] for frame in returned] == [
        "pulumi.run(main)",
        "async def main():",
    ]


@pytest.mark.parametrize("left_out", PATCHES)
def test_no_speed_patch_changes_the_graph(left_out: str, canary: Recording) -> None:
    others = [name for name in PATCHES if name != left_out]
    assert graph(recorded(FEATURES, "canary", patches=others)) == graph(canary)


def graph(recording: Recording) -> object:
    items = {item.urn: item for item in recording.resources}
    return items, recording.exports, recording.component_outputs, recording.calls


def program(folder: Path, text: str) -> Path:
    """A project whose program is this text."""
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (folder / "__main__.py").write_text(text)
    return folder


def test_a_remote_component_is_registered_and_not_looked_into(tmp_path: Path) -> None:
    recording = recorded(
        program(
            tmp_path,
            "import pulumi\n"
            "class Far(pulumi.ComponentResource):\n"
            "    def __init__(self, name):\n"
            '        super().__init__("far:index:Far", name, {"size": 2}, None, remote=True)\n'
            'away = Far("away")\n'
            # A method of it, whose result nobody here knows.
            'result = pulumi.runtime.call("far:index:Far/price", {}, away)\n'
            'pulumi.export("price", result.apply(lambda found: found["price"]))\n',
        ),
        "canary",
    )
    item = resource(recording, "away")
    assert item.remote
    assert item.inputs == {"size": 2}
    assert recording.complete
    assert recording.exports["price"] is UNKNOWN


def test_a_call_that_nobody_here_knows_is_named(tmp_path: Path) -> None:
    for service in ("get_monitor", "get_engine"):
        recording = runs(
            program(
                tmp_path,
                f"import pulumi\npulumi.runtime.settings.{service}().ForeseeTheFuture(None)\n",
            )
        )["preview"].recording
        assert recording is not None
        assert recording.error is not None
        assert recording.error.kind == "refused"
        assert "ForeseeTheFuture" in recording.error.message


def test_what_the_engine_decides_by_itself(tmp_path: Path) -> None:
    recording = recorded(
        program(
            tmp_path,
            "import pulumi\n"
            "from pulumi import Alias, CustomResource, ResourceOptions\n"
            'old = "urn:pulumi:dev::small::old:index:Parent$old:index:Thing::other"\n'
            'CustomResource("a:index:Thing", "named", {}, ResourceOptions(\n'
            '    version="1.2.0", aliases=[Alias(type_="b:index:Thing"), old]))\n',
        ),
        "preview",
    )
    item = resource(recording, "named")
    assert item.aliases == ("b:index:Thing", "old:index:Thing")
    provider = resource(recording, "default_1_2_0")
    assert item.provider == f"{provider.urn}::default"
    assert provider.inputs == {"version": "1.2.0"}


def test_a_locally_added_package_is_known_by_its_own_name(tmp_path: Path) -> None:
    recording = recorded(
        program(
            tmp_path,
            "import pulumi\n"
            # As the SDK that `pulumi package add` generates does it.
            "package = pulumi.runtime.settings.register_package(\n"
            '    "azure-native", "3.29.0", "", "azure-native_iothub_v20230630", "3.29.0", "e30=")\n'
            "pulumi.CustomResource(\n"
            '    "azure-native_iothub_v20230630:iothub:IotHubResource", "hub", {},\n'
            "    package_ref=package)\n",
        ),
        "preview",
    )
    item = resource(recording, "hub")
    assert item.package == {"name": "azure-native_iothub_v20230630", "version": "3.29.0"}
    assert item.provider == (
        "urn:pulumi:check::small::pulumi:providers:azure-native_iothub_v20230630"
        "::default_3_29_0::default"
    )


def test_hooks_are_recorded_and_not_run(tmp_path: Path) -> None:
    recording = recorded(
        program(
            tmp_path,
            "import pulumi\n"
            "def fails(args):\n"
            "    raise RuntimeError\n"
            'after = pulumi.ResourceHook("after", fails)\n'
            'again = pulumi.ErrorHook("again", fails)\n'
            "hooks = pulumi.ResourceHookBinding(after_create=[after], on_error=[again])\n"
            'pulumi.CustomResource("a:index:Thing", "hooked", {},\n'
            "                      pulumi.ResourceOptions(hooks=hooks))\n",
        ),
        "preview",
    )
    assert sorted(recording.hooks) == ["after", "again"]
    assert recording.complete


@pytest.mark.parametrize("kind", ["ThreadPoolExecutor", "ProcessPoolExecutor"])
def test_a_pool_of_the_program_that_nobody_shut_down_does_not_keep_it(
    kind: str, tmp_path: Path
) -> None:
    source = f"from concurrent.futures import {kind}\nPOOL = {kind}(1)\n"
    source += "print(POOL.submit(str.upper, 'done').result())\n"
    ended = runs(program(tmp_path, source), timeout=15)
    assert [ended[mode].status for mode in ("preview", "canary")] == ["ok", "ok"]


def test_what_runs_when_the_interpreter_ends_is_run(tmp_path: Path) -> None:
    source = "import atexit, sys\natexit.register(print, 'last')\natexit.register(sys.exit, 3)\n"
    said = recorded(program(tmp_path, source), "preview")
    assert [sink.text for sink in said.sinks if sink.sink == "stdout"] == ["last\n"]
