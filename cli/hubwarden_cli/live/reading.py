"""What Azure answers: bodies, what it did not show, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from hubwarden_cli.azure.failures import (
    Failure,
    Forbidden,
    Missing,
    NoCredential,
    Refused,
    Unreachable,
)
from hubwarden_cli.live.asked import GROUPS_API, SETTINGS, Asked
from hubwarden_policies.gates.collected import InputError
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_cli.azure.arm import Arm

# What a path may hold as it is; a group's name may be in any script.
_AS_IT_IS: Final = "/$'()*+,;=:@!"
# No subscription has as many; a list that leads in a circle ends here.
_PAGES: Final = 10_000
# The subscription has never used the service, or its cloud does not have it.
_NOWHERE: Final = ("MissingSubscriptionRegistration", "InvalidResourceNamespace")
# The cloud does not have the type, or only not this version of it: that is no absence.
_NO_SUCH_TYPE: Final = "InvalidResourceType"
UNANSWERED: Final = "another try"


@record
class Found:
    """A resource as Azure shows it; `of` is the id of what it was listed below.

    `partly` is the right that would show its properties, where only the list could be read.
    """

    asked: Asked
    id: str
    body: dict[str, Any] = field(repr=False)
    of: str | None = None
    partly: str | None = None


@record
class Unread:
    """A list that could not be read: at `scope`, which is a resource where it is `below` one."""

    asked: Asked
    scope: str
    right: str
    below: bool = False


class Reader:
    """Asks, and keeps what was `found` (by id in lower case), what is `unread`, and the rest.

    `gone` has the types of what is there no more, by id in lower case.
    """

    def __init__(self, arm: Arm) -> None:
        self._arm = arm
        self.found: dict[str, Found] = {}
        self.unread: list[Unread] = []
        self.errors: list[InputError] = []
        self.gone: dict[str, str] = {}

    def top(self, asked: Asked, scope: str, wanted: Callable[[str], bool] = lambda _: True) -> None:
        """Everything of a type in a scope, with what belongs to each."""
        for body in self._listed(asked, scope, f"{scope}/providers/{asked.type}"):
            found = self._one(asked, body, None)
            if found is not None and wanted(found.id):
                self._with_its_own(found)

    def listed(self, asked: Asked, scope: str, path: str) -> None:
        """Everything in a list that is not at `SCOPE/providers/TYPE`."""
        for body in self._listed(asked, scope, path):
            if found := self._one(asked, body, None):
                self.found[found.id.lower()] = found

    def single(self, asked: Asked, id: str) -> None:  # noqa: A002 (as ARM calls it)
        """A resource that another one names, wherever it is, or that its own list left out."""
        if id.lower() in self.found or id.lower() in self.gone:
            return
        try:
            self._with_its_own(Found(asked, id, self.get(id, asked.api)))
        except Missing:
            self.gone[id.lower()] = asked.type
        except Failure as failure:
            self.unread.append(Unread(asked, id, self.why(asked, failure)))

    def left_out(self, asked: Asked, scope: str, id: str) -> None:  # noqa: A002
        """Read what is in a scope and was not in the list of its type, unless that is unread."""
        if not any(one.asked is asked and one.scope == scope for one in self.unread):
            self.single(asked, id)

    def get(self, id: str, api: str) -> dict[str, Any]:  # noqa: A002
        """One resource; raises a `Failure`."""
        return self._arm.at(quote(id, safe=_AS_IT_IS), api)

    def pages(self, path: str, api: str, query: str = "") -> Iterator[dict[str, Any]]:
        """All of a list; raises a `Failure`."""
        url = f"{quote(path, safe=_AS_IT_IS)}?{query}api-version={api}"
        for number, page in enumerate(self._arm.list(url)):
            if number == _PAGES:
                self.errors.append(_error("endless", f"The list at {path} does not end"))
                return
            for entry in page:
                if isinstance(entry, dict):
                    yield entry
                else:
                    self.errors.append(_error("unreadable", f"The list at {path} has no resources"))

    def _with_its_own(self, one: Found) -> None:
        """Keep a resource and what belongs to it, unless it is gone by now."""
        if one.id.lower() in self.found:
            return
        try:
            below = list(self._below(one))
        except Missing:
            self.gone[one.id.lower()] = one.asked.type
            return
        self.found[one.id.lower()] = one
        for inner in below:
            self._with_its_own(inner)

    def _below(self, one: Found) -> Iterator[Found]:
        for asked in one.asked.below:
            yield from self._children(asked, one, f"{one.id}/{asked.last}")
        if one.asked.logged:
            yield from self._children(SETTINGS, one, f"{one.id}/providers/{SETTINGS.type}")

    def _children(self, asked: Asked, one: Found, path: str) -> Iterator[Found]:
        for body in self._listed(asked, one.id, path, one):
            found = self._one(asked, body, one.id)
            if found is not None:
                yield found

    def _one(self, asked: Asked, body: dict[str, Any], of: str | None) -> Found | None:
        """An entry of a list, got by itself where the list is not enough; None if it is gone."""
        id_ = body.get("id")
        if not isinstance(id_, str) or not id_.startswith("/"):
            self.errors.append(_error("unreadable", f"A list of {asked.type} has entries of no id"))
            return None
        if not asked.each:
            return Found(asked, id_, body, of)
        try:
            return Found(asked, id_, self.get(id_, asked.api), of)
        except Missing:
            self.gone[id_.lower()] = asked.type
            return None
        except Failure as failure:
            return Found(asked, id_, body, of, self.why(asked, failure))

    def _listed(
        self, asked: Asked, scope: str, path: str, of: Found | None = None
    ) -> Iterator[dict[str, Any]]:
        """The entries of a list; what was read of it before it failed stays.

        Raises `Missing` where it is the list of a resource that is gone.
        """
        try:
            yield from self.pages(path, asked.api, asked.query)
        except Refused as failure:
            if failure.code in (*asked.absent, *_NOWHERE):
                return
            if failure.code == _NO_SUCH_TYPE and not self._is_offered(asked, scope):
                return
            if of is not None and isinstance(failure, Missing) and self._is_gone(of):
                raise
            self.unread.append(Unread(asked, scope, self.why(asked, failure), of is not None))
        except Failure as failure:
            self.unread.append(Unread(asked, scope, self.why(asked, failure), of is not None))

    def _is_gone(self, one: Found) -> bool:
        """Whether Azure says so of the resource itself, and not of a list of it alone."""
        try:
            self.get(one.id, one.asked.api)
        except Failure as failure:
            return isinstance(failure, Missing)
        return False

    def _is_offered(self, asked: Asked, scope: str) -> bool:
        """Whether this cloud has the type in some version, or does not say that it has not."""
        namespace, _, type_ = asked.type.partition("/")
        subscription = "/".join(scope.split("/")[:3])
        try:
            types = self.get(f"{subscription}/providers/{namespace}", GROUPS_API)["resourceTypes"]
            return type_.lower() in {one["resourceType"].lower() for one in types}
        except (Failure, KeyError, TypeError, AttributeError):
            return True

    def why(self, asked: Asked, failure: Failure) -> str:
        """What would show it; raises what makes every further question idle."""
        if isinstance(failure, Unreachable):
            raise failure
        if isinstance(failure, Forbidden):
            self.stop_at(failure)
            return asked.right
        self.errors.append(_error("unanswered", str(failure).rstrip(".")))
        return UNANSWERED

    def stop_at(self, failure: Forbidden) -> None:
        """Raise `NoCredential` where it is the login that is refused, and no right is missing."""
        if failure.status == 401:
            raise NoCredential(
                "Azure does not take the token of this login: run `az login` again, with --tenant "
                "for the tenant of the subscription."
            )


def _error(kind: str, what: str) -> InputError:
    return InputError(kind, f"{what}; run the check again.")
