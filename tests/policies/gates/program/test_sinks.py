"""Whatever a program lets out is recorded, with the line that does it, and nothing else is."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

VALUE = "planted" + "-value-of-a-key"

WAYS = {
    # The statement, then the record's sink, a part of where, and the text or a part of it.
    "log info": ("pulumi.log.info(s)", "log", "info", VALUE),
    "log debug": ("pulumi.log.debug(s)", "log", "debug", VALUE),
    "log warn": ("pulumi.log.warn(msg=s)", "log", "warn", VALUE),
    "log error": ("pulumi.log.error(s)", "log", "error", VALUE),
    "print": ("print('key', s)", "stdout", "", f"key {VALUE}\n"),
    "stdout write": ("sys.stdout.write(s)", "stdout", "", VALUE),
    "stdout buffer": ("sys.stdout.buffer.write(s.encode())", "stdout", "", VALUE),
    "print to stderr": ("print(s, file=sys.stderr)", "stderr", "", VALUE + "\n"),
    "logging": ("logging.warning(s)", "stderr", "", f"WARNING:root:{VALUE}\n"),
    "warning": ("warnings.warn(s)", "stderr", "", VALUE),
    "file": ("open(tmp + '/a', 'w').write(s)", "file", "/a", VALUE),
    "binary file": (
        "open(tmp + '/a', 'wb').write(b'\\xff' + s.encode())",
        "file",
        "/a",
        "\ufffd" + VALUE,
    ),
    "pathlib": ("pathlib.Path(tmp, 'a').write_text(s)", "file", "/a", VALUE),
    "appended file": ("[open(tmp + '/a', 'a').write(x) for x in (s, s)]", "file", "/a", VALUE * 2),
    "descriptor": ("os.write(os.open(tmp + '/a', os.O_WRONLY|os.O_CREAT), s.encode())",
                   "file", "/a", VALUE),
    "renamed file": (
        "os.rename(new('a', s), tmp + '/b')",
        "file", "/b", VALUE),
    "removed file": (
        "os.remove(new('a', s))", "file", "/a", VALUE),
    "file in removed folder": (
        "shutil.rmtree(os.path.dirname(new('d/a', s)))", "file", "/d/a", VALUE),
    "replaced file": ("os.replace(new('b', ''), new('a', s))", "file", "/a", VALUE),
    "overwritten file": (
        "[pathlib.Path(tmp, 'a').write_text(x) for x in (s, 'nothing')]", "file", "/a", VALUE),
    "cut off file": (
        "os.truncate(new('a', s), 0)", "file", "/a", VALUE),
    "closed temporary file": ("scratch_file(s)", "file", "", VALUE),
    "unreadable file": (
        "os.chmod(new('a', s), 0)", "file", "/a", VALUE),
    "home": ("pathlib.Path.home().joinpath('.key').write_text(s)", "file", "/.key", VALUE),
    "sqlite": ("store(s)", "file", "/a.db", VALUE),
    "argument": ("subprocess.run(['true', '--key', s])", "process", "argument of true",
                 f"true --key {VALUE}"),
    "shell": ("subprocess.run('true ' + s, shell=True)", "process", "argument of sh",
              f"/bin/sh -c true {VALUE}"),
    "os.system": ("os.system('true ' + s)", "process", "argument of true", f"true {VALUE}"),
    "posix_spawn": ("os.posix_spawn('/bin/true', ['true', s], {})", "process",
                    "argument of true", f"true {VALUE}"),
    "os.spawn": ("os.spawnlp(os.P_WAIT, 'true', 'true', s)", "process", "argument of true",
                 f"true {VALUE}"),
    "environment of a process": ("subprocess.run(['true'], env={'KEY': s})", "process",
                                 "environment of true (KEY)", VALUE),
    "input of run": ("subprocess.run(['cat'], input=s, text=True, stdout=-3)", "process",
                     "input of cat", VALUE),
    "input by communicate": ("subprocess.Popen(['cat'], stdin=-1).communicate(s.encode())",
                             "process", "input of cat", VALUE),
    "input by write": ("subprocess.Popen(['cat'], stdin=-1, stdout=-3).stdin.write(s.encode())",
                       "process", "input of cat", VALUE),
    "input by print": (
        "print(s, file=subprocess.Popen(['cat'], stdin=-1, stdout=-3, text=True).stdin)",
        "process", "input of cat", VALUE),
    "asyncio argument": ("asyncio_run('true', s)", "process", "argument of true", f"true {VALUE}"),
    "asyncio input": ("asyncio_run('cat', input=s)", "process", "input of cat", VALUE),
    "asyncio stdin": ("asyncio_run('cat', write=s)", "process", "input of cat", VALUE),
    "environment": ("os.environ['KEY'] = s", "environment", "KEY", VALUE),
    "environment by update": ("os.environ.update(KEY=s)", "environment", "KEY", VALUE),
    "environment by putenv": ("os.putenv('KEY', s)", "environment", "KEY", VALUE),
    "unsecret": ("pulumi.Output.unsecret(pulumi.Output.secret(s))", "unsecret", "", ""),
    "forked process": ("fork.Process(target=print, args=[s]).start()",
                       "stdout", "", VALUE + "\n"),
}  # fmt: skip

PREAMBLE = f"""
    import asyncio, logging, multiprocessing, os, pathlib, shutil, sqlite3, subprocess, sys
    import tempfile, warnings
    import pulumi
    def value(number):
        return f"{VALUE}-{{number:03}}"
    fork = multiprocessing.get_context("fork")
    def new(name, text):
        path = pathlib.Path(tmp, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(path)
    def store(text):
        with sqlite3.connect(tmp + "/a.db") as database:
            database.execute("create table t (c)")
            database.execute("insert into t values (?)", [text])
        database.close()
    def scratch_file(text):
        with tempfile.NamedTemporaryFile() as file:
            file.write(text.encode())
    def asyncio_run(*words, input=None, write=None):
        async def run():
            process = await asyncio.create_subprocess_exec(*words, stdin=-1, stdout=-3)
            if write:
                process.stdin.write(write.encode())
                process.stdin.close()
            await process.communicate(input and input.encode())
        from pulumi.runtime.sync_await import _sync_await
        _sync_await(run())
"""


@pytest.fixture(scope="module")
def all_ways(recorded_in: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What is recorded of one program that goes every way, each with a value of its own."""
    lines = [
        f"    s, tmp = value({number}), tempfile.mkdtemp()\n    {statement}  # {way}"
        for number, (way, (statement, *_)) in enumerate(WAYS.items())
    ]
    tail = "    for p in multiprocessing.active_children(): p.join()\n"
    return recorded_in(tmp_path_factory.mktemp("ways"), "\n".join([PREAMBLE, *lines, tail]))


@pytest.mark.parametrize("way", WAYS)
def test_what_leaves_is_recorded_with_its_line(all_ways: Any, way: str) -> None:
    _statement, sink, where, text = WAYS[way]
    assert all_ways.error is None
    assert all_ways.data["notes"] == []
    own = value(list(WAYS).index(way))
    text = text.replace(VALUE, own)
    records = [
        record
        for record in all_ways.of(sink, where)
        if text in content(record) and (sink != "unsecret" or record["where"] == "")
    ]
    assert records, all_ways.of(sink)
    assert len(records) == 1 or sink == "file", "one leak is one record"
    lines = all_ways.lines(records[0])
    # A coroutine has no caller: its own line is the outermost one.
    assert lines
    assert lines[0].endswith(f"# {way}") or way.startswith("asyncio"), lines


def value(number: int) -> str:
    return f"{VALUE}-{number:03}"


def content(record: dict[str, Any]) -> str:
    """The text of a record; of a database or another binary file the part that is text."""
    if record["binary"]:
        return base64.b64decode(record["text"]).decode(errors="replace")
    return str(record["text"])


def test_a_program_that_only_declares_records_nothing(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        import pulumi, json, yaml, ssl, urllib.request, zoneinfo, platform
        class Bucket(pulumi.CustomResource):
            def __init__(self, name):
                super().__init__("test:index:Bucket", name, {"key": pulumi.Output.secret("x")})
        bucket = Bucket("a")
        pulumi.export("a", bucket.urn.apply(str.upper))
        import tempfile
        tempfile.gettempdir()
        open(__file__).read()
    """)
    assert recording.data["sinks"] == []
    assert recording.data["notes"] == []
    assert recording.error is None


def test_what_one_line_writes_is_one_record(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        for number in range(3):
            print("a", number, end=";")
        print("b")
    """)
    assert recording.texts("stdout") == ["a 0;a 1;a 2;", "b\n"]


def test_inherited_environment_is_not_reported(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        import os, subprocess
        subprocess.run(["true"])
        subprocess.run(["true"], env={})
        subprocess.run(["true"], env={**os.environ, "ADDED": "x"})
        subprocess.run(["true"], env={**os.environ, "HOME": "elsewhere"})
    """)
    found = [(r["where"], r["text"]) for r in recording.of("process", "environment")]
    assert found == [
        ("environment of true (ADDED)", "x"),
        ("environment of true (HOME)", "elsewhere"),
    ]


def test_output_around_the_streams_is_found_at_the_end(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        import os, subprocess
        subprocess.run("echo child; echo error >&2", shell=True)  # here
        os.write(1, b"direct")
    """)
    (out,), (err,) = recording.of("stdout"), recording.of("stderr")
    assert (out["text"], err["text"]) == ("child\ndirect", "error\n")
    assert recording.lines(out)[0].endswith("# here")


def test_file_of_a_child_process_is_placed_where_that_was_started(
    recorded: Callable[..., Any],
) -> None:
    recording = recorded("""
        import subprocess, time
        subprocess.run(["true"])
        time.sleep(0.2)
        subprocess.run("echo secret > ~/leak", shell=True)  # here
        time.sleep(0.2)
        subprocess.run(["true"])
    """)
    (record,) = recording.of("file")
    assert record["text"] == "secret\n"
    assert recording.lines(record)[0].endswith("# here")


def test_signature_is_recorded_with_its_key(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        import hashlib, hmac
        from hmac import HMAC
        key = b"planted"
        a = hmac.new(key, b"a", hashlib.sha256).digest()  # here
        b = HMAC(key, b"b", "sha256").hexdigest()  # here
        c = hmac.digest(key, b"c", "sha256")  # here
        d = hmac.new(key, digestmod="sha256")
        d.update(b"d")
        d = d.copy().digest()  # here
        assert isinstance(hmac.new(key, b"", "md5"), HMAC)
        print(a.hex(), b, c.hex(), d.hex())
    """)
    records = recording.of("hmac")
    assert " ".join(r["where"] for r in records) == recording.texts("stdout")[0].strip()
    assert {(r["text"], r["binary"]) for r in records} == {
        (base64.b64encode(b"planted").decode(), True)
    }
    assert all(recording.lines(r)[0].endswith("# here") for r in records)


@pytest.mark.parametrize(
    "statement",
    [
        "socket.create_connection(('192.0.2.1', 443))",
        "socket.getaddrinfo('example.com', 443)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "urllib.request.urlopen('https://example.com')",
        "socket.socket(socket.AF_UNIX).connect('/run/docker.sock')",
    ],
)
def test_network_is_refused_with_a_sentence(recorded: Callable[..., Any], statement: str) -> None:
    recording = recorded(f"import socket, urllib.request\n{statement}")
    assert "network is off during hubwarden check" in recording.error


def test_a_refusal_that_the_program_catches_is_said(recorded: Callable[..., Any]) -> None:
    recording = recorded(
        "import socket\n"
        "try:\n    socket.create_connection(('sink.invalid', 443))\n"
        "except OSError:\n    pass\n"
    )
    assert recording.error is None
    (note,) = recording.data["notes"]
    assert "sink.invalid was asked for" in note


def test_loopback_stays(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        import socket
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(("localhost", server.getsockname()[1])).close()
        socket.getaddrinfo(socket.gethostname(), 80)
    """)
    assert recording.error is None or "gaierror" in recording.error


@pytest.mark.parametrize(
    "statement",
    [
        "open('stack.json', 'w')",
        "open('__main__.py', 'a')",
        "os.remove('__main__.py')",
        "os.rename('__main__.py', 'b')",
        "os.replace(tempfile.mkstemp()[1], '__main__.py')",
        "os.mkdir('new')",
        "os.rmdir('..')",
        "os.symlink('a', 'b')",
        "os.link(tempfile.mkstemp()[1], 'b')",
        "os.truncate('__main__.py', 0)",
        "os.chmod('__main__.py', 0)",
        "os.utime('__main__.py')",
        "shutil.copy(tempfile.mkstemp()[1], 'b')",
        "sqlite3.connect('a.db')",
        "os.remove('__main__.py', dir_fd=os.open('.', os.O_RDONLY))",
        "os.chdir(tempfile.gettempdir()); os.symlink(__file__, 'l'); open('l', 'w')",
    ],
)
def test_observed_program_changes_no_file_of_the_users(
    recorded: Callable[..., Any], tmp_path: Any, statement: str
) -> None:
    recording = recorded(f"import os, shutil, sqlite3, tempfile\n{statement}")
    assert "does not let the program change" in recording.error
    assert recording.error.startswith("Refused: ")
    assert [path.name for path in (tmp_path / "project").iterdir()] == ["__main__.py"]
    assert (tmp_path / "project" / "__main__.py").stat().st_mode & 0o400


def test_large_files_are_named_as_not_searched(recorded: Callable[..., Any]) -> None:
    recording = recorded("""
        import pathlib
        with open(pathlib.Path.home() / "large", "wb") as file:
            file.truncate(17 << 20)
        (pathlib.Path.home() / "small").write_text("x")
    """)
    assert [r["where"].rpartition("/")[2] for r in recording.of("file")] == ["small"]
    (note,) = recording.data["notes"]
    assert "large was not searched" in note
