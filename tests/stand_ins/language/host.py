"""A double of Pulumi's Python language host, where the real one, which no registry has, is absent.

It starts programs with the real `pulumi-language-python-exec` and policy packs with the SDK's own
`pulumi.policy`, in the virtual environment that the project or the pack names. It does not: make
environments or install anything, list the plugins that a program needs (the engine finds them as
it meets them), know the other toolchains (poetry, uv), start providers or components that are
written in Python, debug, generate or link code.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from importlib import metadata
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2 as lang
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

_EXEC = "pulumi-language-python-exec"
# What a program exits with that has told its error itself.
_TOLD = 32
_LARGEST = 400 << 20


class Children:
    """The processes that were started; killed with the host.

    A program that the engine gave up on holds its pipes open, and the engine waits for them.
    """

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(command, **options)
        with self._lock:
            self._running.add(child)
        return child

    def kill(self) -> None:
        with self._lock:
            for child in self._running:
                child.kill()


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """The service; the names of its methods are the protocol's."""

    def __init__(self, engine: str) -> None:
        self._engine, self.children = engine, Children()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        self._engine = request.engine_address
        return lang.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi"))

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return lang.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return lang.GetRequiredPluginsResponse()

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return lang.GetProgramDependenciesResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return lang.RuntimeOptionsResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return iter(())

    def About(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return lang.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        self.children.kill()
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        try:
            environ = _environ(request.info, os.environ)
        except FileNotFoundError as error:
            return lang.RunResponse(error=str(error))
        values = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": str(request.dryRun).lower(),
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        program = self.children.start(
            [
                _python(environ),
                "-u",
                shutil.which(_EXEC) or _EXEC,
                *(part for name, value in values.items() if value for part in (f"--{name}", value)),
                request.info.entry_point,
                *request.args,
            ],
            cwd=request.info.program_directory,
            env=environ
            | {
                "PULUMI_CONFIG": json.dumps(dict(request.config)),
                "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            },
        )
        context.add_callback(program.kill)
        code = program.wait()
        if code in (0, _TOLD):
            return lang.RunResponse(bail=code == _TOLD)
        return lang.RunResponse(error=f"program exited with non-zero exit code: {code}")

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        if request.kind != "analyzer":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "this double starts policy packs only")
        folder = request.info.program_directory
        given = dict(entry.split("=", 1) for entry in request.env) or dict(os.environ)
        try:
            environ = _environ(request.info, given)
        except FileNotFoundError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        pack = self.children.start(
            [_python(environ), "-u", "-m", "pulumi.policy", *request.args, folder],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(pack.kill)
        yield from _printed(pack)
        yield lang.RunPluginResponse(exitcode=pack.wait())


def _environ(info: Any, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with the virtual environment that is named in it, as activated."""
    named = dict(info.options).get("virtualenv")
    if not named:
        return dict(environ)
    folder = Path(info.root_directory, named)
    if not (folder / "bin" / "python").exists():
        raise FileNotFoundError(f"The virtual environment {folder} does not exist")
    path = f"{folder / 'bin'}{os.pathsep}{environ.get('PATH', '')}"
    return {**environ, "VIRTUAL_ENV": str(folder), "PATH": path}


def _python(environ: Mapping[str, str]) -> str:
    return shutil.which("python", path=environ["PATH"]) or sys.executable


def _printed(process: subprocess.Popen[bytes]) -> Iterator[Any]:
    lines: queue.Queue[Any] = queue.Queue()

    def pump(stream: IO[bytes], said: Callable[[bytes], Any]) -> None:
        for line in stream:
            lines.put(said(line))
        lines.put(None)

    streams = (
        (process.stdout, lambda line: lang.RunPluginResponse(stdout=line)),
        (process.stderr, lambda line: lang.RunPluginResponse(stderr=line)),
    )
    for stream in streams:
        threading.Thread(target=pump, args=stream, daemon=True).start()
    for _ in streams:
        yield from iter(lines.get, None)


def main() -> None:
    """Serve until the engine is done; it reads the port from the first line."""
    server = grpc.server(
        futures.ThreadPoolExecutor(16), options=[("grpc.max_receive_message_length", _LARGEST)]
    )
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    host = Host(addresses[0] if addresses else "")
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)  # noqa: T201
    server.start()

    def end(*_: object) -> None:
        host.children.kill()
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
