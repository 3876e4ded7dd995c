"""D12: no key, no form and no piece of one is anywhere but in the vault and on the wire."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import mapped, some
from tests.cli.rotation.drills.points import Points, SharedClock
from tests.cli.rotation.drills.stage import LINKED, PACE, Stage, declared

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.drill.runner import Orders
from hubwarden_cli.local_azure.local import LocalAzure

_PIECE = 12


def pieces(stage: Stage) -> set[str]:
    """Every 12 characters of every key that there ever was, in every form it might be shown in."""
    world = stage.azure.world
    keys = {
        held.key for resource in world.resources.values() for held in resource.gateways.held
    } | {
        version.value.rpartition("SharedAccessKey=")[2]
        for vault in world.vaults.values()
        for secret in vault.store.secrets.values()
        for version in secret.versions
    }
    found: set[str] = set()
    for key in keys:
        raw = base64.b64decode(key + "==", altchars=b"-_")
        encoded = base64.b64encode(key.encode()).decode()
        for form in (
            key,
            base64.urlsafe_b64encode(raw).decode(),
            raw.hex(),
            raw.hex().upper(),
            quote(key, safe=""),
            json.dumps(key),
            encoded,
        ):
            found.update(form[at : at + _PIECE] for at in range(len(form) - _PIECE + 1))
    return found


def leaked(text: str, known: set[str]) -> list[str]:
    """Where it shows one; not what, or the report of the test would."""
    windows = {text[at : at + _PIECE] for at in range(len(text) - _PIECE + 1)}
    return ["a piece of a key"] if windows & known else []


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that anybody logs, at the lowest level."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    before = root.level
    names = [root, *(logging.getLogger(name) for name in ("azure", "urllib3", "msal"))]
    for one in names:
        one.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    for one in names[1:]:
        one.setLevel(logging.NOTSET)


class Forced(RuntimeError):
    """An error where nobody expects one."""


def test_the_search_finds_a_piece_of_a_key(staged: Staged) -> None:
    stage = staged(lro="200")
    key = stage.azure.world.policy("hub", "contoso", "link").primary
    for shown in (key[7:21], quote(key, safe="")[2:16], base64.b64decode(key).hex()[5:20]):
        assert leaked(f"before {shown} after", pieces(stage))
    assert not leaked("nothing of the kind", pieces(stage))


def test_no_error_no_log_and_no_journal_shows_a_key(
    staged: Staged, logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)

    def strike() -> None:
        raise Forced

    told, shown = [], set[str]()
    for at in some(points.firsts(), 4):
        back()
        with pytest.raises(Forced) as caught:
            stage.begin(points=Points(at, strike))
        told.append("".join(traceback.format_exception(caught.value)))
        told.append("".join(traceback.TracebackException.from_exception(caught.value).format()))
        told += [path.read_text(encoding="utf-8") for path in stage.journals.glob("*")]
        told.append(repr(stage.said))
        shown |= pieces(stage)
    out = capfd.readouterr()
    assert "statistics" in logged.getvalue(), "nothing was logged"
    assert len(told) > 40
    assert leaked("\n".join([*told, out.out, out.err, logged.getvalue()]), shown) == []


def test_a_process_shows_no_key_from_outside(tmp_path: Path, environ: Mapping[str, str]) -> None:
    """Its arguments, environment, output, and what it leaves in its folders."""
    with LocalAzure(behaviour=Behaviour(lro="200")) as azure:
        chosen = (declared("link", **{**LINKED, "consumers": [{"name": "app", "cache": "0s"}]}),)
        stage = Stage(azure, tmp_path, _Still(), chosen, PACE).fill()
        where = azure.endpoints()
        orders = tmp_path / "orders.json"
        orders.write_text(
            Orders(
                port=where.port,
                vaults=dict(where.vaults),
                ca=where.ca,
                folder=stage.journals,
                run="r1",
                plan=stage.plan(all=True),
            ).model_dump_json(),
            encoding="utf-8",
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "hubwarden_cli.local_azure.drill.runner", str(orders)],
            env={**environ, "AZURE_LOG_LEVEL": "debug", "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        seen = [process.stdout.readline()]
        if sys.platform == "linux":
            about = Path(f"/proc/{process.pid}")
            seen += [(about / name).read_text(errors="replace") for name in ("cmdline", "environ")]
        seen += process.communicate(timeout=60)
        assert process.returncode == 0, seen[-1]
        for path in tmp_path.rglob("*"):
            if path.is_file():
                seen.append(path.read_text(encoding="utf-8", errors="replace"))
        assert os.path.basename(orders) in "".join(seen)  # noqa: PTH119
        assert leaked("\n".join(seen), pieces(stage)) == []


class _Still(SharedClock):
    """For a stage in real time, which nobody moves."""

    def sleep(self, seconds: float) -> None:
        """The double's own clock is the machine's."""
