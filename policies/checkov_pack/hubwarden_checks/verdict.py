"""From what the rules say of a file to what one check answers about one resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from checkov_pack.hubwarden_checks.reading import Read
from hubwarden_policies.model import DEPLOYMENT_TYPE
from hubwarden_policies.redact import Redactor

if TYPE_CHECKING:
    from hubwarden_policies.evaluate import Finding
    from hubwarden_policies.model import Resource
    from hubwarden_policies.rule import Rule

Result = Literal["passed", "failed", "undecided", "inexpressible", "silent"]
_MISSING: Final = (
    "it needs the package cryptography to read certificates: `pip install cryptography` beside "
    "Checkov."
)
_REDACTOR: Final = Redactor()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check answers: `silent` where the rule is not about this resource.

    `said` is one line, `details` are more; `path` names the properties that were judged.
    """

    result: Result
    said: str = ""
    details: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def failed(why: Iterable[str]) -> Verdict:
    """What is not judged does not pass."""
    details = tuple(_REDACTOR.text(one) for one in why)
    return Verdict("failed", f"hubwarden could not judge it: {details[0]}", details)


def verdict(rule: Rule, read: Read, addresses: Sequence[str], *, about: bool) -> Verdict:
    """What a rule says at these addresses; `about` is whether it judges resources of this type."""
    own = [f for one in addresses for f in read.findings.get(rule.id, {}).get(one, ())]
    bad = [finding for finding in own if finding.status == "open"]
    if bad:
        return Verdict("failed", _REDACTOR.text(_line(bad)), *_more(bad))
    if crashed := _crash(rule, read, addresses):
        return failed((crashed,))
    if read.errors and (about or own):
        return failed(read.errors)
    if own:
        return Verdict("undecided", _REDACTOR.text(_line(own)), *_more(own))
    for address in addresses:
        if path := read.inexpressible.get(rule.id, {}).get(address):
            said = f"this format has no words for {path}"
            return Verdict("inexpressible", said, (said,), (path,))
    unchanged = read.stack is not None and set(addresses) <= read.stack.unchanged
    return Verdict("passed" if about and addresses and not unchanged else "silent")


def elsewhere(rule: Rule, read: Read, file: str) -> list[str]:
    """The addresses of findings that are about no resource: outputs, sources, what is deleted.

    A nested deployment is none: Checkov asks about what is in it. It does not about the resources
    of a Bicep file's modules where they are called.
    """
    stack = read.stack
    all_ = (*stack.resources, *stack.uncovered) if stack else ()
    held = {
        one.address for one in all_ if one.type != DEPLOYMENT_TYPE and not _is_called(one, file)
    }
    named = (*read.findings.get(rule.id, ()), *read.crashes.get(rule.id, ()))
    return [address for address in dict.fromkeys(named) if address not in held]


def _is_called(one: Resource, file: str) -> bool:
    """Whether a resource stands in a module of the Bicep file that is asked about."""
    places = one.locations[:1] if file.endswith(".bicep") else ()
    return any(not f"/{file}".endswith(f"/{place.file}") for place in places)


def at_parameter(rule: Rule, read: Read, name: str) -> list[Finding]:
    """The findings about the default of a parameter."""
    return [
        finding
        for findings in read.findings.get(rule.id, {}).values()
        for finding in findings
        if finding.path.split(".")[:2] == ["parameters", name]
    ]


def about_parameter(findings: Sequence[Finding]) -> Verdict:
    """What a check answers about one parameter."""
    bad = [finding for finding in findings if finding.status == "open"]
    if not findings:
        return Verdict("silent")
    told = bad or findings
    return Verdict("failed" if bad else "undecided", _REDACTOR.text(_line(told)), *_more(told))


def _crash(rule: Rule, read: Read, addresses: Sequence[str]) -> str:
    for address in addresses:
        error = read.crashes.get(rule.id, {}).get(address)
        if error:
            way = _MISSING if error == "ModuleNotFoundError" else "please report it."
            return f"the rule {rule.id} raised {error}; {way}"
    return ""


def _line(findings: Sequence[Finding]) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    path = f"{first.path}: " if first.path else ""
    return f"{path}{first.message}{more}"


def _more(findings: Sequence[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(dict.fromkeys(_REDACTOR.text(line) for one in findings for line in _told(one))),
        tuple(dict.fromkeys(one.path.replace(".", "/") for one in findings if one.path)),
    )


def _told(finding: Finding) -> Iterator[str]:
    place = finding.locations[0] if finding.locations else None
    where = f" ({place.file}:{place.line})" if place else ""
    yield f"{finding.path}: {finding.message}{where}"
    yield finding.fix
