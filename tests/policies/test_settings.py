"""hubwarden.toml: what it decides, and a sentence with a line for what it cannot mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.settings import Settings, team
from hubwarden_policies.settings_file import read_settings, settings_files

TODAY = date(2026, 11, 24)


def settings(folder: Path, text: str) -> Settings:
    (folder / "hubwarden.toml").write_text(text, encoding="utf-8")
    return read_settings(folder)


def refusal(folder: Path, text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        settings(folder, text)
    return caught.value


def test_no_file_decides_nothing(tmp_path: Path) -> None:
    decided = team(read_settings(tmp_path), "dev", TODAY)
    assert decided.devices is None
    assert decided.today == TODAY
    assert not read_settings(tmp_path).allow_empty


def test_a_word_holds_for_every_stack(tmp_path: Path) -> None:
    said = settings(tmp_path, 'devices = "internet"\n')
    assert {team(said, name, TODAY).devices for name in ("dev", "prod")} == {"internet"}


def test_a_table_holds_for_the_stacks_that_it_names(tmp_path: Path) -> None:
    said = settings(tmp_path, '[devices]\ndev = "internet"\nprod = "private"\n')
    assert [team(said, name, TODAY).devices for name in ("dev", "prod", "test")] == [
        "internet",
        "private",
        None,
    ]


def test_allow_lists_reach_the_team(tmp_path: Path) -> None:
    said = settings(tmp_path, '[allow]\nhub_policies = ["a"]\ndps_policies = ["b", "c"]\n')
    decided = team(said, "dev", TODAY)
    assert (decided.hub_policies, decided.dps_policies) == (("a",), ("b", "c"))


def test_fixtures_keep_their_types(tmp_path: Path) -> None:
    said = settings(
        tmp_path,
        '[check]\nenvironment = ["REGION"]\ntimeout = 2.5\n'
        '[check.config]\n"app:replicas" = 3\n"app:on" = true\n'
        '[check.stacks."acme/network/prod"]\nsubnets = ["a", {id = "b"}]\n'
        '[check.calls."azure-native:network:getSubnet"]\nid = "x"\n'
        '[check.outputs."azure-native:network:VirtualNetwork"]\nguid = "y"\n',
    ).check
    assert (said.environment, said.timeout) == (["REGION"], 2.5)
    assert said.config == {"app:replicas": 3, "app:on": True}
    assert said.stacks == {"acme/network/prod": {"subnets": ["a", {"id": "b"}]}}
    assert said.calls == {"azure-native:network:getSubnet": {"id": "x"}}
    assert said.outputs == {"azure-native:network:VirtualNetwork": {"guid": "y"}}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('device = "internet"\n', 1, ('"device"', 'did you mean "devices"?')),
        ('\n[check]\nenviroment = ["A"]\n', 3, ("[check]", 'did you mean "environment"?')),
        ("[check]\nzzz = 1\n", 2, ("there are environment, timeout",)),
        ('# why\ndevices = "public"\n', 2, ('devices must be "internet" or "private"',)),
        ('[devices]\ndev = "internet"\nprod = 3\n', 1, ('must be "internet"',)),
        ('allow_empty = "yes"\n', 1, ("allow_empty should be true or false",)),
        ("[check]\ntimeout = -1\n", 2, ("check.timeout should be greater than 0",)),
        ('[allow]\n\nhub_policies = [\n  "a",\n  3,\n]\n', 3, ("allow.hub_policies",)),
        ("check = 3\n", 1, ("check should be a valid table",)),
        ("x = \n", 1, ("no TOML",)),
        ('devices = "internet\n', 1, ("no TOML",)),
        ("a = 1\na = 2\n", 2, ("no TOML",)),
    ],
)
def test_what_it_cannot_mean_is_a_sentence_with_its_line(
    tmp_path: Path, text: str, line: int, words: tuple[str, ...]
) -> None:
    error = refusal(tmp_path, text)
    assert error.location.line == line
    assert f"hubwarden.toml:{line}: " in str(error)
    for word in words:
        assert word in str(error)
    assert "\n" not in str(error)


def test_values_are_not_repeated(tmp_path: Path) -> None:
    assert "hunter2" not in str(refusal(tmp_path, '[check]\nenvironment = "hunter2"\n'))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "hubwarden.toml").write_bytes(b'devices = "\xff"\n')
    with pytest.raises(SettingsError, match="not UTF-8") as caught:
        read_settings(tmp_path)
    assert caught.value.location == Location("hubwarden.toml", 1)


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "hubwarden.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path)


# extends


def test_what_a_file_leaves_out_is_in_the_one_that_it_extends(tmp_path: Path) -> None:
    shared = tmp_path / "shared.toml"
    shared.write_text(
        'devices = "internet"\n[limits]\nlog_days = 400\nupload_hours = 2\n'
        '[allow]\nhub_policies = ["a"]\n[levels]\nkv-purge = "advisory"\n'
    )
    project = tmp_path / "project"
    project.mkdir()
    said = settings(
        project,
        'extends = "../shared.toml"\n[limits]\nlog_days = 30\n[allow]\nhub_policies = ["b"]\n',
    )
    assert said.devices == "internet"
    assert (said.limits.log_days, said.limits.upload_hours) == (30, 2)
    assert said.allow.hub_policies == ["b"]
    assert said.levels == {"kv-purge": "advisory"}


def test_a_folder_stands_for_its_file_and_a_chain_is_followed(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all/hubwarden.toml").write_text("allow_empty = true\n")
    (tmp_path / "team.toml").write_text('extends = "all"\ndevices = "private"\n')
    said = settings(tmp_path, 'extends = "team.toml"\n')
    assert (said.allow_empty, said.devices) == (True, "private")
    assert [path.name for path in settings_files(tmp_path)] == [
        "hubwarden.toml",
        "team.toml",
        "hubwarden.toml",
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('\nextends = "gone.toml"\n', ("hubwarden.toml", 2), "it extends gone.toml, and there is"),
        ('extends = "hubwarden.toml"\n', ("hubwarden.toml", 1), "which extends it in turn"),
        ('extends = "bad.toml"\n', ("bad.toml", 2), 'did you mean "devices"?'),
        ("extends = 3\n", ("hubwarden.toml", 1), "extends should be a valid string"),
    ],
)
def test_extends_what_cannot_be(
    tmp_path: Path, text: str, place: tuple[str, int], words: str
) -> None:
    (tmp_path / "bad.toml").write_text('# why\ndevice = "internet"\n')
    refused = refusal(tmp_path, text)
    assert (refused.location.file, refused.location.line) == place
    assert words in str(refused)
