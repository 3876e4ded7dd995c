"""Where in Azure is looked, and how addresses there are spelled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from hubwarden_cli.guard import Refusal
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.record import record

_SUBSCRIPTION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GROUP: Final = re.compile(r"[\w.()-]{1,90}")


@record
class Place:
    """A subscription, or some resource groups of it."""

    subscription: str
    groups: tuple[str, ...] = ()

    @classmethod
    def named(cls, subscription: str, groups: Sequence[str]) -> Place:
        """The place that these words mean; raises `Refusal` for words that mean none."""
        if not _SUBSCRIPTION.fullmatch(subscription):
            raise Refusal(
                "--subscription takes the id of a subscription, which `az account show --query id` "
                "shows."
            )
        wrong = next((group for group in groups if not _GROUP.fullmatch(group)), None)
        if wrong is not None:
            raise Refusal(
                f"--resource-group takes the name of a resource group, and {wrong!r} is none."
            )
        once = {group.lower(): group for group in groups}
        return cls(subscription.lower(), tuple(once.values()))

    @property
    def whole(self) -> str:
        """The address of the subscription."""
        return f"/subscriptions/{self.subscription}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The addresses of what is looked at."""
        return tuple(f"{self.whole}/resourceGroups/{one}" for one in self.groups) or (self.whole,)

    @property
    def name(self) -> str:
        """What reports call it: the group where it is one, else the subscription."""
        return self.groups[0] if len(self.groups) == 1 else self.subscription

    def holds(self, address: str) -> bool:
        """Whether an address lies in it."""
        folded = address.lower()
        return any(f"{folded}/".startswith(f"{scope.lower()}/") for scope in self.scopes)


def spelled(text: str, groups: Mapping[str, str]) -> str:
    """An id in one spelling, for Azure answers in any; `groups` has names by their lower case.

    Only the case of letters changes.
    """
    words = text.strip("/").split("/")
    made: list[str] = []
    at = 0
    while at < len(words):
        word, value = words[at].lower(), words[at + 1] if at + 1 < len(words) else None
        if word == "providers" and value is not None:
            end = next((i for i in range(at + 2, len(words)) if words[i].lower() == word), None)
            inner = words[at + 1 : end]
            made += ["providers", *_provided(inner)]
            at += 1 + len(inner)
            continue
        if word == "resourcegroups":
            value = value and groups.get(value.lower(), value)
        elif word == "subscriptions":
            value = value and value.lower()
        spelling = {"resourcegroups": "resourceGroups", "subscriptions": "subscriptions"}
        made += [spelling.get(word, words[at]), *([] if value is None else [value])]
        at += 2
    return "/" + "/".join(made)


def _provided(words: Sequence[str]) -> list[str]:
    """`NAMESPACE/type/name/…` with the type as the documentation writes it."""
    namespace, types, names = words[0], words[1::2], words[2::2]
    for count in range(len(types), 0, -1):
        if found := canonical("/".join((namespace, *types[:count]))):
            namespace, *known = found.split("/")
            types = [*known, *types[count:]]
            break
    made = [namespace]
    for index, kind in enumerate(types):
        made += [kind, *names[index : index + 1]]
    return made
