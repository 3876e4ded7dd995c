"""Places where a file is no file, has no end, or has a name with orders in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from tests.corpus.files.bodies import BASE, CLEAN
from tests.corpus.files.case import Case, case

_case = partial(case, "Places")
# Clears the screen, sets a title, and writes a line that a CI would obey.
ORDERS: Final = "a\x1b[2J\x1b]0;owned\x07\n::error::owned\n##vso[task.complete]"


def cases() -> Iterator[Case]:
    """All of them; what no plain file is made of is made by `build`."""
    yield _case("a folder called x.json", {"x.json/main.json": BASE}, 2)
    yield _case("an empty folder called x.json", {}, 0, "nothing", build=_folder("x.json"))
    yield _case("no byte, named", {"main.json": b""}, 0, "refuses", target="main.json")
    yield _case("only spaces", {"main.json": b" \n\t "}, 0, "nothing")
    yield _case("only a byte order mark", {"main.json": b"\xef\xbb\xbf"}, 0, "nothing")
    yield _case("a link to a template", {"real/main.json": BASE}, 2, build=_link("a", "real"),
                target="a/main.json")  # fmt: skip
    yield _case("a link in a circle", {"main.json": BASE}, 2, build=_link("self", "."))
    yield _case("a link to itself", {"main.json": BASE}, 2, build=_link("x.json", "x.json"))
    yield _case("a link to nothing", {"main.json": BASE}, 2, build=_link("x.json", "gone"))
    yield _case("a link to nothing, named", {}, 1, "refuses", build=_link("x.json", "gone"),
                target="x.json")  # fmt: skip
    yield _case("a link to what never ends", {"main.json": BASE}, 2,
                build=_link("x.json", "/dev/zero"), endless=True)  # fmt: skip
    yield _case("what never ends, named", {}, 0, "refuses", target="x.json",
                build=_link("x.json", "/dev/zero"), endless=True)  # fmt: skip
    yield _case(
        "a pipe that nobody writes to", {"main.json": BASE}, 2, build=_pipe("x.json"), endless=True
    )
    yield _case(
        "a pipe, named", {}, 1, "refuses", build=_pipe("x.json"), endless=True, target="x.json"
    )
    yield _case("a pipe alone", {}, 0, "nothing", build=_pipe("x.json"), endless=True)
    yield _case("a leading dash", {"-x.json": BASE}, 2)
    yield _case("spaces and quotes", {"a 'b\" $(c) `d`.json": BASE}, 2)
    yield _case("a new line and orders to a terminal", {f"{ORDERS}.json": BASE}, 2)
    yield _case("orders in the name of a broken file", {f"{ORDERS}.json": BASE[:-9]}, 2, "refuses")
    yield _case("bytes that are no text in a name", {}, 2, build=_bytes_in_a_name)
    yield _case("a right-to-left name", {"\u202enosj.niam.json": BASE}, 2)
    yield _case("a name as long as may be", {f"{'x' * 250}.json": BASE}, 2)
    other = json.dumps({"rows": ["x" * 100] * 200_000})
    yield _case("20 MB of other JSON beside", {"data.json": other, "main.json": BASE}, 2)
    yield _case("20 MB of other JSON alone", {"data.json": other}, 0, "nothing")
    picture = b"\x89PNG\r\n" + b"\0" * 1000
    yield _case("a picture called main.json", {"main.json": picture}, 0, "nothing")
    yield _case("fifty folders deep", {"d/" * 50 + "main.json": BASE}, 2)
    names = {f"{n}.json": CLEAN for n in range(40)}
    yield _case("one bad file among forty", {**names, "41.json": BASE}, 2)
    broken = {**names, "41.json": BASE[:-9]}
    yield _case("one broken file among forty", broken, 2, "refuses")
    package = {"package.json": '{"name": "x", "resources": []}', "main.json": BASE}
    yield _case("another program's JSON beside", package, 2)


def _folder(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).mkdir()


def _link(name: str, to: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).symlink_to(to)


def _pipe(name: str) -> Callable[[Path], None]:
    return lambda folder: os.mkfifo(folder / name)


def _bytes_in_a_name(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.json")).write_text(BASE, encoding="utf-8")
