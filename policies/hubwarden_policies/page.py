"""Reads a rule's docstring: why it is a rule, a bad and a good example."""

from __future__ import annotations

import re
from base64 import b64encode
from textwrap import dedent
from typing import Final

from hubwarden_policies.record import record

PROGRAM_FILE: Final = "__main__.py"
# Stands in an example for a key, so that no scanner of these files finds one.
_PLANTED: Final = ("PLANTED", b64encode(b"planted").decode())

_HEADING = re.compile(r"^(Bad|Good)(?: \((?P<file>[^()\n]+)\))?::\n", flags=re.MULTILINE)


@record
class Page:
    """What a rule's docstring says: prose, and two examples that belong into the file `file`."""

    why: str
    bad: str
    good: str
    file: str


def read_page(doc: str) -> Page:
    """Take a clean docstring apart; raises `ValueError` where it does not have both examples.

    An example is Pulumi Python after `rules.PREAMBLE`, unless its heading names another file:
    `Bad (Pulumi.dev.yaml)::`.
    """
    headings = list(_HEADING.finditer(doc))
    if [heading[1] for heading in headings] != ["Bad", "Good"]:
        raise ValueError("a rule's docstring needs one Bad:: and then one Good:: block")
    bad, good = headings
    if bad["file"] != good["file"]:
        raise ValueError("the Bad:: and the Good:: block of a rule belong into the same file")
    return Page(
        why=doc[: bad.start()].strip(),
        bad=_example(doc[bad.end() : good.start()]),
        good=_example(doc[good.end() :]),
        file=bad["file"] or PROGRAM_FILE,
    )


def _example(block: str) -> str:
    return dedent(block).strip("\n").rstrip().replace(*_PLANTED)
