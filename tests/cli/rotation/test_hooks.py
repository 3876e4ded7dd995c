"""Hooks are real processes here; what they get is what they write down."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from hubwarden_cli.rotation.hooks import HookFailed, Hooks

TOLD = {"HUBWARDEN_CONSUMER": "app", "HUBWARDEN_VERSION": "v1"}
DUMP = "import json, os, sys; json.dump([dict(os.environ), sys.argv[1:]], open('seen', 'w'))"


def test_a_hook_gets_names_and_none_of_our_credentials(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin",
        "AZURE_CLIENT_SECRET": "planted",
        "ARM_CLIENT_SECRET": "planted",
        "IDENTITY_HEADER": "planted",
    }
    Hooks(tmp_path, environ).notify([sys.executable, "-c", DUMP, "$HOME; *"], TOLD)
    seen, argv = json.loads((tmp_path / "seen").read_text(encoding="utf-8"))
    assert argv == ["$HOME; *"]
    assert TOLD.items() <= seen.items()
    assert "planted" not in seen.values()


@pytest.mark.parametrize("argv", [[sys.executable, "-c", "raise SystemExit(3)"], ["./is-not-here"]])
def test_a_hook_that_fails_is_a_sentence_and_no_ack(tmp_path: Path, argv: list[str]) -> None:
    hooks = Hooks(tmp_path, {})
    with pytest.raises(HookFailed, match="the old key stays valid"):
        hooks.notify(argv, TOLD)
    assert not hooks.acknowledged(argv, TOLD)


def test_an_ack_is_an_exit_with_0(tmp_path: Path) -> None:
    assert Hooks(tmp_path, {}).acknowledged([sys.executable, "-c", ""], TOLD)
