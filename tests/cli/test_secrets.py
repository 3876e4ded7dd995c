"""Which values a run knows to be secret."""

from __future__ import annotations

from hubwarden_cli.secrets import of_config, of_environment, of_stack
from hubwarden_policies.model import UNKNOWN, ConfigValue, Made, Resource, Secret, Stack


def test_variables_that_speak_of_a_credential() -> None:
    environ = {
        "AZURE_CLIENT_SECRET": "planted-one",
        "PULUMI_ACCESS_TOKEN": "planted-two",
        "DB_PASSWORD": "planted-three",
        "HOME": "/home/planted",
        "KEYBOARD": "planted-us",
        "EMPTY_KEY": "",
        "SHORT_KEY": "1",
    }
    assert set(of_environment(environ)) == {"planted-one", "planted-two", "planted-three"}


def test_secrets_of_inputs_outputs_and_config() -> None:
    body = {
        "location": "westeurope",
        "properties": Secret({"tier": "Standard", "deep": [{"key": "planted-1"}], "n": 1}),
        "tags": {"a": Secret("planted-2"), "b": Secret(UNKNOWN), "c": Secret(Made(("x",)))},
    }
    stack = Stack(
        "plant",
        "dev",
        (Resource("T", "n", "urn", body),),
        exports={"out": Secret("planted-3"), "id": "/subscriptions/x"},
        config={"plant:a": ConfigValue(Secret("word")), "plant:b": ConfigValue("clear")},
    )
    assert set(of_stack(stack)) == {"planted-1", "planted-2", "planted-3", "word"}


def test_plain_config_whose_name_speaks_of_a_credential() -> None:
    config = {
        "plant:dbPassword": ConfigValue("planted-1"),
        "plant:region": ConfigValue("westeurope"),
        "plant:retryToken": ConfigValue(3),
    }
    assert list(of_config(config)) == ["planted-1"]
