"""`hubwarden checkov`: the same reports and exit codes as `check`, over stock Checkov."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hubwarden_cli.checkov_options import read
from hubwarden_cli.guard import Refusal
from hubwarden_policies.gates.stock_checkov.wish import FRAMEWORKS

Command = Callable[..., subprocess.CompletedProcess[str]]
KEY = "Zm9vYmFy" + "c2VjcmV0" + "a2V5MTIz" + "NDU2Nzg5MDEyMzQ1Njc4OTA="  # planted
STORAGE = {
    "type": "Microsoft.Storage/storageAccounts",
    "apiVersion": "2023-01-01",
    "name": f"HostName=h;SharedAccessKeyName=o;SharedAccessKey={KEY}",
    "location": "westeurope",
    "properties": {"supportsHttpsTrafficOnly": False, "note": f"AccountKey={KEY}"},
    "metadata": {"checkov": {"skip": [{"id": "CKV_AZURE_44", "comment": f"AccountKey={KEY}"}]}},
}


def template(resources: object) -> str:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps(
        {"$schema": schema, "contentVersion": "1.0.0.0", "resources": resources}, indent=2
    )


def test_a_bad_template_fails_in_every_format_and_no_key_comes_out(
    hubwarden: Command, tmp_path: Path
) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.json").write_text(template([STORAGE]), encoding="utf-8")
    formats = ["--format", "sarif", "--output", "out.sarif", "--format", "text", "--output"]
    options = [*formats, "out.txt", "--format", "json", "--", "-d", "infra"]

    ran = hubwarden("checkov", *options, cwd=tmp_path)

    assert ran.returncode == 1, ran.stderr
    report = json.loads(ran.stdout)
    found = {one["check"]: one for one in report["advice"]}
    assert found["CKV_AZURE_3"]["verdict"] == "failed"
    assert found["CKV_AZURE_3"]["severity"] == "medium"
    assert found["CKV_AZURE_3"]["location"] == {
        "file": "infra/main.json",
        "line": 5,
        "column": None,
    }
    assert found["CKV_AZURE_3"]["resource"]["type"] == "Microsoft.Storage/storageAccounts"
    assert "CKV_AZURE_44" not in found
    assert "CKV_AZURE_44 is suppressed" in report["skipped"][0]["reason"]
    assert report["errors"] == []
    assert report["stacks"][0]["stack"] == "arm"
    sarif = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))
    assert "CKV_AZURE_3" in {one["ruleId"] for one in sarif["runs"][0]["results"]}
    texts = [ran.stdout, ran.stderr, *(file.read_text("utf-8") for file in tmp_path.glob("out.*"))]
    assert len(texts) == 4
    assert not any(KEY in text for text in texts)


def test_the_last_line_counts_what_checkov_said(hubwarden: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(template([STORAGE]), encoding="utf-8")
    text = hubwarden("checkov", "--", "-c", "CKV_AZURE_3", cwd=tmp_path).stdout
    last = "1 failed check (1 medium) in 1 framework; 1 of Checkov's fails the check"
    assert text.splitlines()[-1] == last
    assert "the program was" not in text
    assert "  Checkov was " in text


def test_an_error_is_worse_than_a_failed_check(hubwarden: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(template([{**STORAGE, "name": "x"}]), encoding="utf-8")
    lost = template([{**STORAGE, "name": "y"}]).replace("Microsoft.Storage", "microsoft.storage")
    (tmp_path / "lost.json").write_text(lost, encoding="utf-8")
    ran = hubwarden("checkov", "--format", "json", cwd=tmp_path)
    assert ran.returncode == 4
    report = json.loads(ran.stdout)
    assert [(one["kind"], one["input"]) for one in report["errors"]] == [
        ("not-judged", "lost.json")
    ]
    assert "microsoft.storage/storageAccounts y" in report["errors"][0]["message"]
    # The checks of the pack mind no case, which is no proof that Checkov's own have judged.
    theirs = [one for one in report["advice"] if not one["check"].startswith("CKV_HUBWARDEN_")]
    assert {one["location"]["file"] for one in theirs} == {"bad.json"}
    assert "not-judged" not in ran.stderr
    assert "lost.json: " in ran.stderr


def test_a_level_of_severity_and_a_check_that_is_not_there(
    hubwarden: Command, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text(template([{**STORAGE, "name": "x"}]), encoding="utf-8")
    theirs = ("--", "--skip-check", "CKV_HUBWARDEN_*")
    ran = hubwarden("checkov", "--fail-on", "high", *theirs, cwd=tmp_path)
    assert (ran.returncode, "CKV_AZURE_3" in ran.stdout) == (0, True)
    ran = hubwarden("checkov", "--", "-c", "CKV_AZURE_99999", cwd=tmp_path)
    assert ran.returncode == 2
    assert "called CKV_AZURE_99999" in ran.stderr


@pytest.mark.parametrize("files", [{}, {"main.json": ""}, {"package.json": '{"resources": []}'}])
def test_nothing_checked_is_no_pass(
    hubwarden: Command, tmp_path: Path, files: dict[str, str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = hubwarden("checkov", cwd=tmp_path)
    assert ran.returncode == 3
    assert "nothing was checked" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-d", "no-such-folder"], "There is no folder no-such-folder"),
        (["--soft-fail"], "--exit-zero"),
        (["--download-external-modules", "true"], "Nothing is downloaded"),
        (["--config-file=x"], "No configuration counts"),
        (["--bc-api-key", KEY], "is not taken here"),
        (["--framework", "secrets"], "no framework that can be proven"),
        (["-c", "HIGH"], "no id of a check"),
        (["-c"], "needs a value"),
        (["-d", "a", "b"], "belongs to no option"),
        (["--external-checks-dir", "missing"], "no __init__.py"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    hubwarden: Command, tmp_path: Path, arguments: list[str], said: str
) -> None:
    ran = hubwarden("checkov", "--", *arguments, cwd=tmp_path)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert KEY not in ran.stderr + ran.stdout


def test_checks_that_lie_in_what_is_judged_are_refused(tmp_path: Path) -> None:
    (tmp_path / "judged/mine").mkdir(parents=True)
    (tmp_path / "judged/mine/__init__.py").touch()
    (tmp_path / "link").symlink_to(tmp_path / "judged/mine")
    for folder in ("judged/mine", "link", "judged/../judged/mine"):
        options = ["-d", str(tmp_path / "judged"), "--external-checks-dir", str(tmp_path / folder)]
        with pytest.raises(Refusal, match="which is judged"):
            read(options, 1.0)


def test_options_are_read_as_checkov_reads_them() -> None:
    options = ["-f", "a.tf", "b.tf", "--framework=terraform,arm", "--skip-check", "CKV_A_1,CKV2_*"]
    wish = read([*options, "--var-file", "x.tfvars", "--skip-path", "a/b"], 5.0)
    assert [str(file) for file in wish.files] == ["a.tf", "b.tf"]
    assert wish.folders == []
    assert wish.frameworks == ["arm", "terraform"]
    assert (wish.skip_checks, wish.skip_paths) == (["CKV_A_1", "CKV2_*"], ["a/b"])
    assert (wish.wants("CKV_A_1"), wish.wants("CKV2_B_9"), wish.wants("CKV_A_2")) == (
        False,
        False,
        True,
    )


def test_without_options_the_folder_here_is_meant() -> None:
    assert [str(folder) for folder in read([], 1.0).folders] == ["."]
    assert [str(folder) for folder in read(["infra"], 1.0).folders] == ["infra"]
    assert read(["--framework", "all"], 1.0).frameworks == FRAMEWORKS
