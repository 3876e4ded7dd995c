"""Checkov is run apart, and what it says is believed only where it is proven to have judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.policies.gates.stock_checkov.inputs import ARM, BICEP, TERRAFORM, template

from hubwarden_policies.gates.stock_checkov import gate, run, stage
from hubwarden_policies.gates.stock_checkov.fault import Fault, Unusable
from hubwarden_policies.gates.stock_checkov.gate import judge
from hubwarden_policies.gates.stock_checkov.run import Answer
from hubwarden_policies.gates.stock_checkov.wish import Outcome, Wish

CHECK = """
import os, socket
from checkov.arm.base_resource_check import BaseResourceCheck
from checkov.common.models.enums import CheckCategories, CheckResult


class Mine(BaseResourceCheck):
    def __init__(self):
        super().__init__("mine", "{id}", (CheckCategories.IAM,), ("Microsoft.KeyVault/vaults",))

    def scan_resource_conf(self, conf):
        {body}


Mine()
"""
# Fails what it is to prove: none of it may be there.
APART = """
        if "PLANTED_TOKEN" in os.environ or os.listdir(os.environ["HOME"]) or os.listdir("."):
            return CheckResult.PASSED
        try:
            socket.create_connection(("192.0.2.1", 9), 1)
        except PermissionError:
            return CheckResult.FAILED
        return CheckResult.PASSED
"""
LOOPS = """resource all 'Microsoft.Storage/storageAccounts@2023-01-01' = [for i in [1]: if (i > 1) {
  name: 'all${i}'
  properties: {
    supportsHttpsTrafficOnly: false
  }
}]

resource parent 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'parent' // checkov:skip=CKV_AZURE_189:planted reason
  properties: {
  }
  resource child 'secrets' = {
    name: 'child'
    properties: {
      value: 'x'
    }
  }
}

/* resource hidden 'Microsoft.KeyVault/vaults@2023-07-01' = { */
resource there 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'there'
}
"""
CALLING = 'module "m" {\n  source = "./m"\n  open = true\n}\n'
CALLED = 'variable "open" {\n}\n' + TERRAFORM.replace("true", "var.open")


def kinds(faults: Iterable[Fault]) -> list[str]:
    return [one.kind for one in faults]


def failed(outcome: Outcome, check: str) -> set[tuple[str, str]]:
    return {
        (one.subject.locations[0].file, one.subject.name)
        for one in outcome.advice
        if one.verdict == "failed" and one.check == check
    }


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """One run over what people have: two folders, every framework, and a try to switch it off."""
    root = tmp_path_factory.mktemp("usual")
    files = {
        "one/main.json": ARM,
        "one/.checkov.yaml": "soft-fail: true\nskip-check:\n- CKV_*\nexternal-checks-dir: [evil]\n",
        "one/evil/__init__.py": "",
        "one/evil/evil.py": f"open({str(root / 'evil-ran')!r}, 'w')",
        "one/empty.json": "",
        "two/main.json": ARM,
        "two/package.json": '{"name": "x", "resources": []}',
        "two/loops.bicep": LOOPS,
        "two/good.bicep": BICEP,
        "tf/main.tf": CALLING,
        "tf/m/main.tf": CALLED,
        "tf/none.tf": TERRAFORM.replace('"bad" {', '"none" {\n  count = 0'),
        "tf/js.tf.json": '{"resource": {"azurerm_iothub": {"js": {"name": "x", '
        '"public_network_access_enabled": true}}}}',
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    wish = Wish(folders=[root / "one", root / "two", root / "tf"])
    return root, judge(wish, {"HOME": os.environ["HOME"]})


def test_what_is_usual_is_no_fault(usual: tuple[Path, Outcome]) -> None:
    assert usual[1].faults == ()


def test_every_folder_is_judged(usual: tuple[Path, Outcome]) -> None:
    root, outcome = usual
    found = {file for file, name in failed(outcome, "CKV_AZURE_3") if name == "badstorage"}
    assert found == {
        *(str(root / name) for name in ("one/main.json", "two/main.json", "two/good.bicep"))
    }


def test_nothing_of_the_judged_files_is_obeyed(usual: tuple[Path, Outcome]) -> None:
    root, outcome = usual
    assert not (root / "evil-ran").exists()
    assert str(root / "one/.checkov.yaml") in {one.input for one in outcome.left_out}


def test_what_is_suppressed_is_shown_with_its_line(usual: tuple[Path, Outcome]) -> None:
    root, outcome = usual
    found = [one for one in outcome.left_out if "suppressed" in one.reason]
    assert [(one.input, one.line) for one in found] == [(str(root / "two/loops.bicep"), 8)]
    assert "planted reason" in found[0].reason
    assert (str(root / "two/loops.bicep"), "parent") not in failed(outcome, "CKV_AZURE_189")


def test_a_module_is_judged_with_what_it_is_given(usual: tuple[Path, Outcome]) -> None:
    root, outcome = usual
    assert (str(root / "tf/m/main.tf"), "bad") in failed(outcome, "CKV_AZURE_108")
    assert (str(root / "tf/js.tf.json"), "js") in failed(outcome, "CKV_AZURE_108")


def test_all_of_checkovs_checks_are_there(usual: tuple[Path, Outcome]) -> None:
    """Those for templates enter themselves for Bicep only when they are imported."""
    checks = {one.framework: one.checks for one in usual[1].judged}
    assert checks["arm"] > 160 < checks["bicep"]
    assert checks["terraform"] > 1000


@pytest.mark.parametrize(("system", "held"), [(sys.platform, None), ("other", "observed")])
def test_checks_of_ones_own_run_apart_and_may_not_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, held: str | None
) -> None:
    """In namespaces where the machine can, and without them."""
    monkeypatch.setattr(sys, "platform", system)
    bodies = {
        "apart": ("CKV_MINE_1", APART),
        "raises": ("CKV_MINE_2", 'raise KeyError("planted")'),
        "silent": ("CKV_MINE_3", "return None"),
    }
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/__init__.py").touch()
    for name, (check, body) in bodies.items():
        text = CHECK.replace("{id}", check).replace("{body}", body)
        (tmp_path / f"mine/{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "mine/broken.py").write_text("def (:\n", encoding="utf-8")
    (tmp_path / "judged").mkdir()
    (tmp_path / "judged/main.json").write_text(ARM, encoding="utf-8")
    wish = Wish(folders=[tmp_path / "judged"], external=[tmp_path / "mine"], checks=["CKV_MINE_*"])

    outcome = judge(wish, {"HOME": os.environ["HOME"], "PLANTED_TOKEN": "planted"})

    assert outcome.judged[0].held in (("namespaces", "observed") if held is None else (held,))
    assert {one.check for one in outcome.advice} == {"CKV_MINE_1"}
    assert kinds(outcome.faults) == ["check-raised", "check-raised", "external"]
    said = " ".join(one.message for one in outcome.faults)
    assert "CKV_MINE_2 (KeyError)" in said
    assert "CKV_MINE_3 (no verdict)" in said
    assert outcome.faults[-1].input.endswith("broken.py")
    assert "planted" not in said


def test_a_canary_that_passes_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.json").write_text(ARM, encoding="utf-8")
    good = ARM.replace('"supportsHttpsTrafficOnly": false', '"x": 1')
    monkeypatch.setattr(stage, "canary", lambda _framework: ("canary.json", good))
    outcome = judge(Wish(folders=[tmp_path]), {})
    assert kinds(outcome.faults) == ["canary"]


def test_a_file_on_which_checkov_breaks_takes_no_other_one_with_it(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(ARM, encoding="utf-8")
    broken = template(dependsOn=None)
    (tmp_path / "broken.json").write_text(broken, encoding="utf-8")
    outcome = judge(Wish(folders=[tmp_path]), {})
    assert [(one.kind, one.input) for one in outcome.faults] == [
        ("crashed", str(tmp_path / "broken.json"))
    ]
    assert failed(outcome, "CKV_AZURE_3") == {(str(tmp_path / "good.json"), "badstorage")}


def test_a_run_that_takes_too_long_is_ended_and_a_fault(tmp_path: Path) -> None:
    (tmp_path / "main.json").write_text(ARM, encoding="utf-8")
    outcome = judge(Wish(folders=[tmp_path], timeout=0.05), {})
    assert kinds(outcome.faults) == ["no-answer"]
    assert "0.05 seconds" in outcome.faults[0].message


def test_our_own_pack_is_loaded_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/__init__.py").touch()
    text = CHECK.replace("{id}", "CKV_OURS_1").replace("{body}", "return CheckResult.FAILED")
    (tmp_path / "pack/ours.py").write_text(text, encoding="utf-8")
    (tmp_path / "judged").mkdir()
    (tmp_path / "judged/main.json").write_text(ARM, encoding="utf-8")
    monkeypatch.setattr(gate, "pack", lambda: tmp_path / "pack")
    outcome = judge(Wish(folders=[tmp_path / "judged"]), {})
    assert failed(outcome, "CKV_OURS_1") == {(str(tmp_path / "judged/main.json"), "badvault")}
    assert outcome.faults == ()


def test_without_checkov_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.json").write_text(ARM, encoding="utf-8")
    monkeypatch.setattr(run.Run, "answer", lambda _self: Answer({"version": None}))
    outcome = judge(Wish(folders=[tmp_path]), {})
    assert kinds(outcome.faults) == ["no-checkov"]
    assert "pip install" in outcome.faults[0].message


def test_a_module_that_is_not_there_and_values_beside_a_file_are_faults(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "../m"\n}\n', encoding="utf-8")
    (tmp_path / "terraform.tfvars").write_text("x = 1\n", encoding="utf-8")
    outcome = judge(Wish(files=[tmp_path / "main.tf"], timeout=0.05), {})
    assert {"absent-module", "unread-variables"} <= set(kinds(outcome.faults))


def test_a_link_out_of_the_folder_is_not_followed_and_a_fault(tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text(ARM, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/main.json").symlink_to(tmp_path / "out.json")
    outcome = judge(Wish(folders=[tmp_path / "in"]), {})
    assert kinds(outcome.faults) == ["link"]
    assert outcome.judged == ()


@pytest.mark.parametrize(
    "wish",
    [
        Wish(folders=[Path("no-such-folder")]),
        Wish(files=[Path("no-such-file.json")]),
        Wish(folders=[Path()], skip_paths=["("]),
    ],
)
def test_what_is_not_there_is_refused(wish: Wish) -> None:
    with pytest.raises(Unusable, match=r"no-such-f|\("):
        judge(wish, {})
