"""A program that tries to get out does not; a program that works in its own folder does.

The planted credentials, the listening service and the victim process are real and outside; each
attempt first shows that it succeeds without isolation, so that none passes for a wrong reason.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from hubwarden_policies.gates import program

PACKAGE = Path(program.__file__).parent
PLANTED = "planted-" + "credential"

LAUNCHER = """
import json, os, sys
package, spec, attempt, settled = sys.argv[1:]
sys.path.insert(0, package)
from hubwarden_recorder.held import isolation, kernel
spec = json.loads(spec)
if settled == "old kernel":
    kernel._MOUNT_SETATTR = 9999  # ENOSYS, as before 5.12
if settled == "masked /proc":
    mount = kernel.mount
    def refuse(source, target, kind="", flags=0, data=""):
        if kind == "proc":
            raise PermissionError(1, "Operation not permitted", target)
        mount(source, target, kind, flags, data)
    kernel.mount = refuse
if settled == "threads":
    import threading
    threading.Thread(target=threading.Event().wait, daemon=True).start()
if settled != "free":
    try:
        world = isolation.isolate(spec)
    except isolation.IsolationError as error:
        print(error)
        sys.exit(3)
    if settled != "isolated only":
        world = isolation.settle(world, world.scratch + "/run")
    for note in world.notes:
        print("NOTE", note)
try:
    exec(attempt)
except Exception as error:
    print("FAILED", type(error).__name__, error)
"""


class Outside:
    """A machine as the program finds it: a project in a home with credentials, and a scratch."""

    def __init__(self, folder: Path, python: str, as_user: int | None) -> None:
        self.folder, self.home = folder, folder / "home"
        self.project, self.scratch = self.home / "src" / "project", folder / "scratch"
        self.token = self.home / ".azure" / "token.json"
        self._python, self.user = python, os.getuid() if as_user is None else as_user
        self.identity: dict[str, Any] = {}
        if as_user is not None:
            self.identity = {"user": as_user, "group": as_user, "extra_groups": []}
        for path in (self.project, self.scratch, self.token.parent):
            path.mkdir(parents=True)
        self.token.write_text(PLANTED)
        (self.project / "data.txt").write_text("original")
        # Where an ordinary user must reach it, the checkout may not be.
        self.package = Path(shutil.copytree(PACKAGE, folder / "package"))
        if as_user is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, as_user, as_user)

    def start(self, attempt: str, how: str = "settled", group: int = 0) -> subprocess.Popen[str]:
        spec = {"root": str(self.project), "scratch": str(self.scratch), "home": str(self.home)}
        words = [str(self.package), json.dumps(spec), attempt, how]
        return subprocess.Popen(
            [self._python, "-c", LAUNCHER, *words],
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
            process_group=group,
            **self.identity,
        )

    def run(self, attempt: str, how: str = "settled") -> str:
        with self.start(attempt, how) as process:
            output, _ = process.communicate(timeout=60)
        return output


NOBODY = 65534
# Isolation is another matter for root and for an ordinary user: root tests both.
USERS = {"caller": None, "nobody": NOBODY} if os.geteuid() == 0 else {"caller": None}


@contextmanager
def outside(as_user: int | None) -> Iterator[Outside]:
    folder = Path(tempfile.mkdtemp(prefix="outside-"))
    try:
        yield Outside(folder, sys.executable if as_user is None else open_interpreter(), as_user)
    finally:
        # An overlay leaves a folder that nobody may look into.
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
        shutil.rmtree(folder)


def open_interpreter() -> str:
    """An interpreter that everybody may run: that of a virtual environment may be its owner's."""
    for name in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        path = Path(name).resolve()
        if path.exists() and all(folder.stat().st_mode & 0o001 for folder in path.parents):
            return str(path)
    return sys.executable


@cache
def refusal(as_user: int | None) -> str:
    """Why this machine cannot isolate a program, "" where it can."""
    with outside(as_user) as found:
        output = found.run("print('held')")
    return "" if output == "held\n" else output.strip()


@pytest.fixture(params=USERS)
def machine(
    request: pytest.FixtureRequest, lacking: Callable[[str], NoReturn]
) -> Iterator[Outside]:
    user = USERS[request.param]
    if refusal(user):
        lacking(
            f"{refusal(user)} To run this test, allow user namespaces: on Ubuntu `sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0`, in a container `docker run "
            "--security-opt seccomp=unconfined --security-opt systempaths=unconfined`."
        )
    with outside(user) as found:
        yield found


READS = {
    "a credential": "print(open({token!r}).read())",
    "a credential, from a child": "import os; os.system('cat ' + {token!r})",
    "a credential, by its folder's descriptor": (
        "import os; os.chdir('..'); os.chdir('..'); print(open('.azure/token.json').read())"
    ),
    "a credential, through every process's root": (
        "import os\n"
        "for p in filter(str.isdigit, os.listdir('/proc')):\n"
        "    try: print(open(f'/proc/{{p}}/root' + {token!r}).read())\n"
        "    except OSError: pass"
    ),
    "a credential, as root of more namespaces": (
        "import os\nos.system('unshare -Urm sh -c \"umount -l ' + {home!r} + '; umount -l /tmp;"
        " cat ' + {token!r} + '\"'); print(open({token!r}).read())"
    ),
    "another process's environment": (
        "import os\n"
        "for p in filter(str.isdigit, os.listdir('/proc')):\n"
        "    try: print(open(f'/proc/{{p}}/environ').read())\n"
        "    except OSError: pass"
    ),
    "a service on loopback": (
        "import socket; print(socket.create_connection(('127.0.0.1', {port}), 2).recv(99))"
    ),
    "a service behind a socket file": (
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect({socket!r}); print(s.recv(99))"
    ),
    "a service behind an abstract socket": (
        "import socket; s = socket.socket(socket.AF_UNIX); s.connect(chr(0) + {socket!r})\n"
        "print(s.recv(99))"
    ),
}


@contextmanager
def serving(*listeners: socket.socket) -> Iterator[None]:
    """Answer whoever connects with the planted credential."""
    pid = os.fork()
    if not pid:
        import select

        while True:
            for listener in select.select(listeners, [], [])[0]:
                connection, _ = listener.accept()
                connection.sendall(PLANTED.encode())
                connection.close()
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.mark.parametrize("what", READS)
def test_nothing_of_the_callers_can_be_read(machine: Outside, what: str) -> None:
    name = str(machine.folder / "agent")
    tcp = socket.create_server(("127.0.0.1", 0))
    file, abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
    file.bind(name)
    Path(name).chmod(0o777)
    abstract.bind("\0" + name)
    file.listen()
    abstract.listen()
    attempt = READS[what].format(token=str(machine.token), home=str(machine.home), socket=name,
                                 port=tcp.getsockname()[1])  # fmt: skip
    victim = subprocess.Popen(["sleep", "60"], env={"TOKEN": PLANTED}, **machine.identity)
    with tcp, file, abstract, serving(tcp, file, abstract):
        free, held = machine.run(attempt, "free"), machine.run(attempt)
    victim.kill()
    victim.wait()
    assert PLANTED in free
    assert PLANTED not in held


WRITES = {
    "the project's file": "open('data.txt', 'w').write('x')",
    "a file beside the project": "open('../beside', 'w').write('x')",
    "a file in the home": "open({home!r} + '/file', 'w').write('x')",
    "a file in /tmp": "open({folder!r} + '/file', 'w').write('x')",
    "a file of the interpreter": "import os; open(os.__file__ + '.new', 'w').write('x')",
    "a file in /etc": "open('/etc/hubwarden-test', 'w').write('x')",
    "a file in /usr": "open('/usr/hubwarden-test', 'w').write('x')",
    "a file in /etc, remounted": (
        "import os; os.system('mount -o remount,rw /; mount -o remount,bind,rw /')\n"
        "open('/etc/hubwarden-test', 'w').write('x')"
    ),
    "a file in /etc, as root of more namespaces": (
        "import os; os.system('unshare -Urm sh -c \"mount -o remount,bind,rw /;"
        " touch /etc/hubwarden-test\"'); open('/etc/hubwarden-test', 'w')"
    ),
    "a switch of the kernel": "open('/proc/sys/vm/swappiness', 'w').write('61')",
    "a device": "import os; os.mknod('disk', 0o60600, os.makedev(254, 0)); open('disk', 'rb')",
    "a device of the machine's": (
        "import os, stat\n"
        "for folder, _, names in os.walk('/dev'):\n"
        "    for name in names:\n"
        "        if stat.S_ISBLK(os.stat(os.path.join(folder, name)).st_mode): print('BLOCK')\n"
        "raise OSError('none')"
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_nothing_of_the_machine_can_be_changed(machine: Outside, what: str) -> None:
    before = snapshot(machine)
    attempt = WRITES[what].format(home=str(machine.home), folder=str(machine.folder))
    output = machine.run(attempt + "\nprint('WRITTEN')")
    after = snapshot(machine)
    assert after == before
    assert "BLOCK" not in output
    # The project and /tmp (this home lies there) may be written to: it lands in the scratch folder.
    own = (
        "the project's file",
        "a file in /tmp",
        "a file beside the project",
        "a file in the home",
    )
    assert ("WRITTEN" in output) == (what in own), output


def snapshot(machine: Outside) -> list[Any]:
    mine = [
        path for path in sorted(machine.folder.rglob("*")) if machine.scratch not in path.parents
    ]
    system = [Path("/etc/hubwarden-test"), Path("/usr/hubwarden-test"), Path(os.__file__ + ".new")]
    return [
        *[(str(path), path.read_bytes() if path.is_file() else None) for path in mine],
        *[path.exists() for path in system],
        Path("/proc/sys/vm/swappiness").read_text(),
    ]


@pytest.mark.parametrize("how", ["settled", "isolated only"])
def test_no_privilege_is_left(machine: Outside, how: str) -> None:
    output = machine.run("print(open('/proc/self/status').read())", how)
    status = dict(line.split(":\t") for line in output.splitlines() if ":\t" in line)
    sets = [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]
    assert sets == [0] * 5
    assert status["NoNewPrivs"] == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could read them in the first place")
def test_what_only_root_may_read_is_hidden_from_root(machine: Outside) -> None:
    output = machine.run("print(len(open('/etc/shadow').read()))")
    assert output == "0\n" or "PermissionError" in output


def test_the_rest_of_the_machine_cannot_be_signalled(machine: Outside) -> None:
    attempt = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for target in (0, 1, os.getppid(), VICTIM):
    try: os.kill(target, signal.SIGKILL if target == VICTIM or target == 1 else signal.SIGTERM)
    except OSError as error: print(error)
os._exit(0)
"""
    with subprocess.Popen(["sleep", "60"], process_group=0, **machine.identity) as victim:
        attempt = attempt.replace("VICTIM", str(victim.pid))
        with machine.start(attempt, group=victim.pid) as process:
            process.communicate(timeout=30)
        assert process.returncode == 0
        assert victim.poll() is None
        victim.kill()


def running(marker: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in command and b"sleep" in command[:16]:
                found.append(entry.name)
    return found


DAEMON = """
import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        for number in range(3): os.close(number)
        os.execvp("sleep", ["sleep", "98765.MARK"])
    os._exit(0)
os.wait()
time.sleep(0.2)
"""


def wait_for(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return happened()


@pytest.mark.parametrize("end", ["by itself", "SIGTERM", "SIGKILL"])
def test_no_process_is_left_behind(machine: Outside, end: str) -> None:
    marker = str(os.getpid()) + str(time.monotonic_ns())
    attempt = DAEMON.replace("MARK", marker) + ("" if end == "by itself" else "time.sleep(60)")
    with machine.start(attempt) as process:
        if end != "by itself":
            assert wait_for(lambda: bool(running(marker)))
            process.send_signal(getattr(signal, end))
        process.communicate(timeout=30)
    assert wait_for(lambda: not running(marker))
    assert process.returncode == {"by itself": 0, "SIGTERM": 143, "SIGKILL": -9}[end]


@pytest.mark.parametrize(("ending", "code"), [
    ("sys.exit(7)", 7),
    ("os._exit(9)", 9),
    ("os.kill(os.getpid(), 9)", 137),
    ("os.abort()", 134),
])  # fmt: skip
def test_exit_code_is_passed_on(machine: Outside, ending: str, code: int) -> None:
    with machine.start(ending) as process:
        process.communicate(timeout=30)
    assert process.returncode == code


def test_own_work_is_possible(machine: Outside) -> None:
    output = machine.run(
        """
import multiprocessing, os, pathlib, socket, subprocess, tempfile
assert os.getcwd() == ROOT and os.getuid() == USER
pathlib.Path("new.txt").write_text("new")
pathlib.Path("data.txt").write_text(pathlib.Path("data.txt").read_text() + " and more")
os.makedirs("a/b"); os.rename("new.txt", "a/b/moved.txt")
pathlib.Path.home().joinpath("file").write_text("x")
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "file").write_text("x")
pathlib.Path("/tmp/file").write_text("x"); pathlib.Path("/var/tmp/file").write_text("x")
open("/dev/null", "w").write("x"); os.urandom(8); os.listdir("/dev/fd")
subprocess.run(["true"], check=True)
subprocess.run(["git", "init", "-q", "."], check=True)
subprocess.run([sys.executable, "-c", "import json, ssl, sqlite3"], check=True)
with multiprocessing.get_context("fork").Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
print(pathlib.Path("data.txt").read_text(), pathlib.Path("a/b/moved.txt").read_text())
""".replace("ROOT", repr(str(machine.project))).replace("USER", str(machine.user))
    )
    assert output == "original and more new\n"
    assert (machine.project / "data.txt").read_text() == "original"
    assert sorted(path.name for path in machine.project.iterdir()) == ["data.txt"]
    written = machine.scratch / "run" / "project"
    assert (written / "data.txt").read_text() == "original and more"


def test_work_tree_around_the_project_can_be_read(machine: Outside) -> None:
    (machine.project.parent / ".git").mkdir()
    (machine.project.parent / "shared.txt").write_text("beside")
    assert machine.run("print(open('../shared.txt').read())") == "beside\n"


def test_project_that_is_the_home_hides_its_dot_files(machine: Outside) -> None:
    machine.project = machine.home
    output = machine.run("print(open('src/project/data.txt').read())\nopen('.azure/token.json')")
    assert "only what starts with a dot is hidden" in output
    assert "original" in output
    assert "FileNotFoundError" in output
    assert "read-only" in output


def test_runs_beside_each_other_do_not_meet(machine: Outside) -> None:
    attempt = """
import pathlib
for other in range(2):
    if not os.fork():
        isolation.settle(world._replace(notes=[]), f"{world.scratch}/{other}")
        for path in ("data.txt", "/tmp/file", os.path.expanduser("~/file")):
            before = os.path.exists(path) and open(path).read()
            open(path, "w").write(str(other))
            print(before, open(path).read(), flush=True)
        os._exit(0)
    os.wait()
"""
    output = machine.run(attempt, "isolated only")
    assert output.splitlines() == [
        "original 0", "False 0", "False 0", "original 1", "False 1", "False 1",
    ]  # fmt: skip


def test_kernel_without_recursive_attributes_holds_too(machine: Outside) -> None:
    output = machine.run("open('/etc/hubwarden-test', 'w')", "old kernel")
    assert "FAILED" in output
    output = machine.run("print(open('/proc/self/mountinfo').read())", "old kernel")
    options = {row.split()[4]: row.split()[5].split(",") for row in output.splitlines() if row}
    assert "ro" in options["/"]
    assert "ro" in options["/sys"]


def test_container_that_masks_proc_holds_too(machine: Outside) -> None:
    """The kernel then lets no new /proc be mounted: the program sees none, and runs share files."""
    output = machine.run(
        "print(os.listdir('/proc'), open('data.txt', 'w').write('x'))\n"
        "os.system('true'); open('/etc/hubwarden-test', 'w')",
        "masked /proc",
    )
    assert "cannot see /proc" in output
    assert "share the project's folder" in output
    assert "[] 1" in output
    assert "Read-only file system" in output
    assert (machine.project / "data.txt").read_text() == "original"


def test_impossible_isolation_is_one_sentence_with_a_way_out(machine: Outside) -> None:
    output = machine.run("print('unheld')", "threads")
    assert output.count("\n") == 1
    assert "cannot isolate the program" in output
    assert "--isolation observe" in output


def test_hooks_find_what_an_isolated_program_writes(recorded: Callable[..., Any]) -> None:
    recording = recorded(
        """
        import os, pathlib
        pathlib.Path("out.json").write_text("in the project")
        pathlib.Path("/tmp/out.json").write_text("in tmp")
        os.remove("out.json")
        """,
        isolated=True,
    )
    assert recording.error is None
    found = {(Path(r["where"]).parent.name, r["text"]) for r in recording.of("file")}
    assert found == {("project", "in the project"), ("tmp", "in tmp")}
