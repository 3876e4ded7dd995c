"""Pulumi.yaml and the stack files: what is read, and what each bad input says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubwarden_policies.gates.program.pulumi_project.project import (
    ProjectError,
    find_projects,
    read_project,
    read_stack,
)
from hubwarden_policies.gates.program.pulumi_project.sources import pulumi_imports, source_texts
from hubwarden_policies.model import UNKNOWN, Location, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = "name: shop\nruntime: python\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write files below a folder, and by default a project with a program."""

    def write(files: dict[str, str | bytes] | None = None, *, pulumi: str = PLAIN) -> Path:
        for name, text in {"Pulumi.yaml": pulumi, "__main__.py": "", **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def refusal(folder: Path, stack: str | None = None) -> ProjectError:
    def read() -> None:
        project = read_project(folder)
        if stack:
            read_stack(project, stack)

    with pytest.raises(ProjectError) as caught:
        read()
    assert caught.value.sentence.endswith((".", "?"))
    assert "Traceback" not in caught.value.sentence
    return caught.value


def test_a_project_without_stack_files_gets_one_made_up_stack(write: Callable[..., Path]) -> None:
    project = read_project(write())
    assert (project.name, project.stacks, project.made_up) == ("shop", ("check",), True)
    assert read_stack(project, "check").values == {}
    assert project.python is None
    assert project.python_note is None


@pytest.mark.parametrize("spelling", ["stackConfigDir", "config"])
def test_stacks_are_the_files_in_the_configured_folder(
    write: Callable[..., Path], spelling: str
) -> None:
    files = {"where/Pulumi.b.yml": "", "where/Pulumi.a.eu.yaml": "", "Pulumi.not.yaml": ""}
    project = read_project(write(files, pulumi=f"{PLAIN}{spelling}: where\n"))
    assert project.stacks == ("a.eu", "b")
    assert read_stack(project, "b").file == "where/Pulumi.b.yml"


def test_main_may_be_a_folder_or_a_file(write: Callable[..., Path]) -> None:
    folder = write({"infra/__main__.py": "", "prog.py": ""}, pulumi=PLAIN + "main: infra\n")
    assert read_project(folder).main == (folder / "infra").resolve()
    write({"Pulumi.yaml": PLAIN + "main: prog.py\n"})
    assert read_project(folder).main == (folder / "prog.py").resolve()


def environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_the_named_virtualenv_is_the_interpreter_wherever_main_lies(
    write: Callable[..., Path],
) -> None:
    options = "runtime: {name: python, options: {virtualenv: env}}\n"
    folder = write({"infra/__main__.py": ""}, pulumi=f"name: shop\nmain: infra\n{options}")
    missing = read_project(folder)
    assert missing.python is None
    assert "env" in str(missing.python_note)
    assert read_project(folder).python != environment(folder / "other")
    assert environment(folder / "env") == read_project(folder).python


def test_uv_finds_the_environment_beside_the_lock(write: Callable[..., Path]) -> None:
    folder = write(
        {
            "uv.lock": "",
            "app/Pulumi.yaml": "name: a\nruntime: {name: python, options: {toolchain: uv}}\n",
            "app/__main__.py": "",
        }
    )
    assert environment(folder / ".venv") == read_project(folder / "app").python


def test_poetry_counts_only_with_an_environment_in_the_project(
    write: Callable[..., Path],
) -> None:
    text = "name: a\nruntime: {name: python, options: {toolchain: poetry}}\n"
    folder = write({"pyproject.toml": ""}, pulumi=text)
    assert read_project(folder).python is None
    assert environment(folder / ".venv") == read_project(folder).python


CONFIG = """\
secretsprovider: azurekeyvault://x
encryptionsalt: v1:abc
config:
  azure-native:location: westeurope
  shop:count: 1.50
  flag: yes
  empty:
  aws:config:region: r
  old:
    secure: v1:cipher
  db:
    user: sa
    ports: [1, true, 2.5, null]
    nested: [{secure: v1:cipher}]
"""


def test_values_are_in_pulumis_string_form_and_secrets_are_never_ciphertext(
    write: Callable[..., Path],
) -> None:
    config = read_stack(read_project(write({"Pulumi.dev.yaml": CONFIG})), "dev")
    values = dict(config.values)
    nested = json.loads(values.pop("shop:db"))
    assert values == {
        "azure-native:location": "westeurope",
        "shop:count": "1.50",
        "shop:flag": "yes",
        "shop:empty": "",
        "aws:region": "r",
        "shop:old": {"$hw": "secret"},
    }
    assert nested == {
        "user": "sa",
        "ports": [1, True, 2.5, None],
        "nested": [{"$hw": "secret"}],
    }
    assert "cipher" not in repr(config)
    assert config.judged["shop:old"].value == Secret(UNKNOWN)
    assert config.judged["shop:db"].value["nested"] == [Secret(UNKNOWN)]
    assert config.judged["shop:count"].location == Location("Pulumi.dev.yaml", 5, 15)


PROJECT_CONFIG = """\
config:
  plain: 5
  typed: {type: integer, default: 7}
  list: {type: array, items: {type: string}, default: [a]}
  azure-native:location: {value: northeurope}
  needed: {type: string}
"""


def test_defaults_of_the_project_stand_behind_the_stacks_values(
    write: Callable[..., Path],
) -> None:
    stack = "config:\n  shop:typed: 8\n  needed: x\n"
    folder = write({"Pulumi.dev.yaml": stack}, pulumi=PLAIN + PROJECT_CONFIG)
    config = read_stack(read_project(folder), "dev")
    assert config.values == {
        "shop:plain": "5",
        "shop:typed": "8",
        "shop:list": '["a"]',
        "azure-native:location": "northeurope",
        "shop:needed": "x",
    }
    assert config.judged["shop:plain"].location == Location("Pulumi.yaml", 4, 10)


def test_a_required_value_that_the_stack_does_not_set(write: Callable[..., Path]) -> None:
    folder = write({"Pulumi.dev.yaml": ""}, pulumi=PLAIN + PROJECT_CONFIG)
    error = refusal(folder, "dev")
    assert (error.kind, error.exit_code) == ("missing-config", 4)
    assert "shop:needed" in error.sentence
    assert "Pulumi.dev.yaml" in error.sentence
    esc = write({"Pulumi.dev.yaml": "environment: [shop/dev]\n"})
    assert read_stack(read_project(esc), "dev").environments == ("shop/dev",)


@pytest.mark.parametrize(
    ("pulumi", "kind", "line", "says"),
    [
        ("", "bad-project", 1, "name:"),
        ("# nothing\n", "bad-project", 1, "name:"),
        ("runtime: python\n", "bad-project", 1, "name:"),
        ("name: a\n", "bad-project", 1, "runtime"),
        ("name: [a]\nruntime: python\n", "bad-project", 1, "a list"),
        ("name: a\nruntime: {options: {}}\n", "bad-project", 2, "runtime"),
        ("name: a\nruntime: {name: python, options: [x]}\n", "bad-project", 2, "a list"),
        ("name: a\nruntime: nodejs\n", "other-runtime", 2, "nodejs"),
        ("name: a\nruntime: {name: go}\n", "other-runtime", 2, "go"),
        ("- a\n", "no-mapping", 1, "a list"),
        ("hello\n", "no-mapping", 1, "hello"),
        ("name: a\nruntime: [\n", "bad-yaml", 3, "not valid YAML"),
        ("name: a\n\tx: 1\n", "bad-yaml", 2, "not valid YAML"),
        ("name: a\nname: b\n", "bad-yaml", 2, "twice"),
        ("name: a\n? [x]\n: 1\n", "bad-yaml", 2, "key"),
        ("name: &a [*a]\n", "bad-yaml", 1, "without end"),
        ("name: " + "[" * 5000, "bad-yaml", 1, "nest"),
        ("name: a\n---\nname: b\n", "bad-yaml", 2, "another document"),
        (PLAIN + "main: nowhere\n", "no-main", 3, "nowhere"),
        (PLAIN + "main: empty\n", "no-main", 3, "empty/__main__.py"),
        (PLAIN + "main: ../..\n", "bad-main", 3, "out of the project"),
        (PLAIN + "main: {a: 1}\n", "bad-project", 3, "a mapping"),
        (PLAIN + "stackConfigDir: [a]\n", "bad-project", 3, "a list"),
    ],
)
def test_every_bad_pulumi_yaml_has_its_own_sentence_and_line(
    write: Callable[..., Path], pulumi: str, kind: str, line: int, says: str
) -> None:
    error = refusal(write({"empty/x": ""}, pulumi=pulumi))
    assert (error.kind, error.exit_code) == (kind, 4)
    assert says in error.sentence
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("Pulumi.yaml", line)


def test_no_project_is_a_mistake_of_usage(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert (error.kind, error.exit_code, error.location) == ("no-project", 2, None)
    assert str(tmp_path) in error.sentence


def test_bytes_that_are_no_text_are_named_with_their_line(write: Callable[..., Path]) -> None:
    error = refusal(write({"Pulumi.dev.yaml": b"config:\n  a: \xff\n"}), "dev")
    assert (error.kind, error.location) == ("bad-yaml", Location("Pulumi.dev.yaml", 2))


@pytest.mark.parametrize(
    ("stack", "kind", "says"),
    [
        ("config: [a]\n", "bad-config", "a list"),
        ("config: hello\n", "bad-config", "hello"),
        ("config:\n  a:b:c:d: 1\n", "bad-config", "namespace:key"),
        ("config:\n  ':x': 1\n", "bad-config", "namespace:key"),
        ("config:\n  a: 1\n  a: 2\n", "bad-yaml", "twice"),
        ("config: {\n", "bad-yaml", "not valid YAML"),
        ("[]", "no-mapping", "a list"),
    ],
)
def test_every_bad_stack_file_has_its_own_sentence(
    write: Callable[..., Path], stack: str, kind: str, says: str
) -> None:
    error = refusal(write({"Pulumi.dev.yaml": stack}), "dev")
    assert (error.kind, error.exit_code) == (kind, 4)
    assert says in error.sentence
    assert error.location is not None
    assert error.location.file == "Pulumi.dev.yaml"


def test_an_unknown_stack_names_those_there_are_and_the_nearest(
    write: Callable[..., Path],
) -> None:
    error = refusal(write({"Pulumi.dev.yaml": "", "Pulumi.prod.yaml": ""}), "prd")
    assert (error.kind, error.exit_code) == ("unknown-stack", 2)
    assert "dev, prod" in error.sentence
    assert "did you mean prod?" in error.sentence


def test_an_unknown_stack_of_a_project_without_stack_files(write: Callable[..., Path]) -> None:
    error = refusal(write(), "prod")
    assert error.exit_code == 2
    assert "check" in error.sentence


def test_projects_below_are_found_but_not_in_what_machines_installed(
    write: Callable[..., Path],
) -> None:
    there = ["b", "a/deep", ".venv/x", "node_modules/x", ".git/x", "env/lib"]
    folder = write({f"{name}/Pulumi.yaml": PLAIN for name in there} | {"env/pyvenv.cfg": ""})
    assert find_projects(folder) == (folder.resolve(),)
    (folder / "Pulumi.yaml").unlink()
    assert find_projects(folder) == ((folder / "a/deep").resolve(), (folder / "b").resolve())


def test_sdks_are_found_in_every_spelling_of_an_import(write: Callable[..., Path]) -> None:
    program = """
import pulumi, os
import pulumi_random as rnd
from pulumi_azure_native import iothub, Provider
def late():
    import pulumi_azure_native as az
    return az.keyvault.Vault, rnd.RandomId
"""
    folder = write(
        {
            "__main__.py": program,
            "lib/x.py": "from pulumi_azure_native.monitor import DiagnosticSetting",
            "broken.py": "import pulumi_broken\n(",
            ".venv/x.py": "import pulumi_hidden",
            "sdks/x.py": "import pulumi_generated",
        }
    )
    assert pulumi_imports(read_project(folder)) == [
        "pulumi_azure_native",
        "pulumi_azure_native.iothub",
        "pulumi_azure_native.keyvault",
        "pulumi_azure_native.monitor",
        "pulumi_random",
    ]


def test_sources_are_the_users_texts_and_no_more(write: Callable[..., Path]) -> None:
    folder = write(
        {
            "a/b.py": "x",
            ".env.local": "K=v",
            "bad.py": b"# \xff\n",
            "big.py": "#" * (1 << 20) + "#",
            "image.png": "x",
            "other/Pulumi.yaml": PLAIN,
            "other/y.py": "y",
            "generated.py": "# *** this file was generated by pulumi-language-python. ***\n",
        }
    )
    texts = source_texts(folder)
    assert sorted(texts) == [".env.local", "Pulumi.yaml", "__main__.py", "a/b.py", "bad.py"]
    assert texts["bad.py"] == "# \N{REPLACEMENT CHARACTER}\n"
