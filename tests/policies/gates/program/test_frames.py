"""Each record names the user's own line: plain, in callbacks, threads, tasks and helpers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PREAMBLE = """
    import asyncio, functools, os, threading
    import concurrent.futures
    import pulumi
    key = pulumi.Output.from_input("x")
    pool = concurrent.futures.ThreadPoolExecutor(1)
    def say(text):
        print(text)  # say
"""
WAYS = {
    "module level": 'print("x")',
    "function": 'say("x")',
    "lambda": "key.apply(lambda text: print(text))",
    "builtin as callback": "key.apply(print)",
    "partial as callback": "key.apply(functools.partial(print, 'a'))",
    "log as callback": "key.apply(pulumi.log.info)",
    "callback of all": "pulumi.Output.all(key, key).apply(print)",
    "callback of json": "pulumi.Output.json_dumps({'a': key}).apply(print)",
    "thread": "threading.Thread(target=print, args=('x',)).start()",
    "timer": "t = threading.Timer(0.01, print); t.start(); t.join()",
    "pool": "pool.submit(print, 'x').result()",
    "pool that had other work": "pool.submit(len, 'x'); pool.submit(print, 'x').result()",
    "executor": "asyncio.get_event_loop().run_in_executor(None, print, 'x')",
    "to_thread": "asyncio.ensure_future(asyncio.to_thread(print, 'x'))",
    "to_thread in a callback": "key.apply(lambda t: asyncio.to_thread(print, t))",
    "thread in a callback": "key.apply(lambda t: threading.Thread(target=print).start())",
}


def found(recording: Any) -> list[list[str]]:
    return [
        recording.lines(record)
        for record in recording.data["sinks"]
        if record["sink"] in ("stdout", "log")
    ]


@pytest.fixture(scope="module")
def outermost(
    recorded_in: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """The outermost lines of one program that goes every way, each on a line of its own."""
    lines = [f"    {statement}  # {way}" for way, statement in WAYS.items()]
    recording = recorded_in(tmp_path_factory.mktemp("ways"), PREAMBLE + "\n".join(lines))
    assert recording.error is None
    return [lines[0] if lines else "nowhere" for lines in found(recording)]


@pytest.mark.parametrize("way", WAYS)
def test_outermost_line_is_the_users(outermost: list[str], way: str) -> None:
    assert [line for line in outermost if line.endswith(f"# {way}")]


def test_no_record_is_anywhere_else(outermost: list[str]) -> None:
    assert [line for line in outermost if line.partition("  # ")[2] not in WAYS] == []


def test_inner_lines_follow_outermost_first(recorded: Callable[..., Any]) -> None:
    recording = recorded(PREAMBLE + '\n    say("x")  # here')
    assert found(recording) == [['say("x")  # here', "print(text)  # say"]]


def test_whoever_waits_for_the_event_loop_is_not_the_caller(recorded: Callable[..., Any]) -> None:
    """The SDK runs the loop inside a plain invoke: other callbacks run there and then."""
    recording = recorded("""
        import asyncio, pulumi
        from pulumi.runtime.sync_await import _sync_await
        pulumi.Output.from_input("x").apply(print)  # here
        _sync_await(asyncio.sleep(0.05))
    """)
    assert found(recording) == [['pulumi.Output.from_input("x").apply(print)  # here']]


def test_helper_package_outside_site_packages_is_the_users(
    recorded: Callable[..., Any], tmp_path: Path
) -> None:
    helpers = tmp_path / "elsewhere" / "helpers.py"
    helpers.parent.mkdir()
    helpers.write_text("def out(text):\n    print(text)\n")
    recording = recorded(f"""
        import sys
        sys.path.insert(0, {str(helpers.parent)!r})
        import helpers
        helpers.out("x")
    """)
    (record,) = recording.of("stdout")
    assert [(Path(frame[0]).name, frame[1]) for frame in record["frames"]] == [
        ("__main__.py", 5),
        ("helpers.py", 2),
    ]


@pytest.mark.parametrize(
    "marker", [None, "pulumi-plugin.json"], ids=["own package", "generated SDK"]
)
def test_generated_sdk_in_the_project_is_not_the_users(
    recorded: Callable[..., Any], tmp_path: Path, marker: str | None
) -> None:
    package = tmp_path / "project" / "sdks" / "pulumi_mine"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("def out(text):\n    print(text)\n")
    if marker:
        (package / marker).write_text("{}")
    recording = recorded("""
        import sys
        sys.path.insert(0, __file__.rpartition("/")[0] + "/sdks")
        import pulumi_mine
        pulumi_mine.out("x")
    """)
    (record,) = recording.of("stdout")
    names = [Path(frame[0]).name for frame in record["frames"]]
    assert names == (["__main__.py"] if marker else ["__main__.py", "__init__.py"])


def test_project_below_a_folder_called_site_packages_is_still_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubwarden_policies.gates.program.hubwarden_recorder import frames

    root = tmp_path / "site-packages" / "project"
    monkeypatch.setattr(frames, "_root", str(root))
    monkeypatch.setattr(frames, "_known", {})
    assert frames.user_file(str(root / "a.py")) == str(root / "a.py")
    assert frames.user_file("relative.py") == str(root / "relative.py")
    assert frames.user_file(str(root / ".venv/lib/python3/site-packages/a.py")) is None
    assert frames.user_file(str(tmp_path / "site-packages" / "other.py")) is None
    assert frames.user_file("<string>") is None


def test_no_user_code_gives_no_frames() -> None:
    """A test is not called by a project: this file counts as one, asyncio's own turn does not."""
    from hubwarden_policies.gates.program.hubwarden_recorder import frames

    async def turn() -> list[Any]:
        found: list[Any] = []
        asyncio.get_running_loop().call_soon(lambda: found.extend(frames.here()))
        await asyncio.sleep(0)
        return found

    assert [frame[2] for frame in asyncio.run(turn())] == ["<lambda>"]
