"""What Azure shows of a subscription or of resource groups, as one stack; nothing but GET."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from hubwarden_cli.azure.failures import Failure, Forbidden, Missing
from hubwarden_cli.guard import USAGE
from hubwarden_cli.live.asked import ENDPOINT, GROUPS, GROUPS_API, LOCKS, TOP, Asked, every
from hubwarden_cli.live.reading import UNANSWERED, Found, Reader
from hubwarden_cli.live.resources import Resources
from hubwarden_policies.gates.arm.template.standing import is_unmapped
from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.model import Stack, Unseen

if TYPE_CHECKING:
    from hubwarden_cli.azure.arm import Arm
    from hubwarden_cli.live.place import Place

PROJECT: Final = "azure"
_GROUP: Final = Asked(GROUPS, GROUPS_API)
_ALL: Final = Asked("Microsoft.Resources/subscriptions/resources", GROUPS_API)
_SUBSCRIPTION_API: Final = "2022-12-01"
_ASKED: Final = frozenset(one.type for one in every())
_TOP: Final = {one.type.lower(): one for one in TOP}
_FOLDED: Final = frozenset(name.lower() for name in _ASKED)
_BESIDE: Final = frozenset(
    {
        "Microsoft.Network/privateEndpoints",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    }
)
Told = Callable[[int, int], object]


def collect(arm: Arm, place: Place, tell: Told) -> Collected:
    """The stack at a place; `tell` hears how many lists of how many are read.

    Raises `NoCredential` where the login is none.
    """
    reader = Reader(arm)
    try:
        missing = _groups(reader, place)
        if missing is not None:
            return Collected(errors=(missing,))
        _read(reader, place, tell)
        other, unmapped = _counted(reader, place)
        for one in list(reader.found.values()):
            for endpoint in _endpoints(one.body.get("properties")):
                reader.single(ENDPOINT, endpoint)
    except Failure as failure:
        sentence = f"{str(failure).rstrip('.')}; run the check again when it answers."
        return Collected(errors=(InputError("unanswered", sentence),))
    made = Resources(tuple(reader.found.values()), reader.unread)
    found, unread = made.made(), made.unread()
    if unread and all(one.type == GROUPS for one in found):
        sentence = (
            f"Azure shows this login nothing of {place.name}: give it the role Reader there, or "
            "log in as somebody who has it."
        )
        reader.errors.append(InputError("forbidden", sentence))
    stack = Stack(
        project=PROJECT,
        name=place.name,
        resources=(*found, *unread),
        flows=(),
        unmapped=unmapped,
        other=other,
        kind=GROUPS if len(place.groups) == 1 else "Microsoft.Resources/subscriptions",
        unchanged=frozenset(
            one.address for one in found if one.type in _BESIDE and not place.holds(one.address)
        ),
        unread=frozenset(one.address for one in unread),
        live=True,
    )
    return Collected(stack, tuple(reader.errors), tuple(_notes(reader)))


def _groups(reader: Reader, place: Place) -> InputError | None:
    """Find the groups; an error where what was named is not there."""
    for scope in place.scopes if place.groups else ():
        try:
            body = reader.get(scope, GROUPS_API)
        except Missing as missing:
            return _no_such(missing, place, scope.rpartition("/")[2])
        except Forbidden as forbidden:
            reader.stop_at(forbidden)
            body = {}
        reader.found[scope.lower()] = Found(_GROUP, str(body.get("id") or scope), body)
    if not place.groups:
        try:
            reader.get(place.whole, _SUBSCRIPTION_API)
        except Missing as missing:
            return _no_such(missing, place, "")
        except Forbidden as forbidden:
            reader.stop_at(forbidden)
        reader.listed(_GROUP, place.whole, f"{place.whole}/resourceGroups")
    return None


def _read(reader: Reader, place: Place, tell: Told) -> None:
    total = len(place.scopes) * len(TOP)
    for number, scope in enumerate(place.scopes):
        for index, asked in enumerate(TOP):
            tell(number * len(TOP) + index, total)
            reader.top(asked, scope)
    if place.groups:
        # What locks the subscription locks the groups, and is in none of their lists.
        scopes = (place.whole.lower(), *(scope.lower() for scope in place.scopes))
        reader.top(LOCKS, place.whole, lambda id_: _scope(id_) in scopes)


def _scope(id_: str) -> str:
    return id_.lower().rpartition("/providers/")[0]


def _endpoints(properties: Any) -> Iterator[str]:
    """The private endpoints that a resource says it has, which may be anywhere."""
    held = properties if isinstance(properties, dict) else {}
    connections = held.get("privateEndpointConnections")
    for connection in connections if isinstance(connections, list) else ():
        inner = connection.get("properties") if isinstance(connection, dict) else None
        said = inner.get("privateEndpoint") if isinstance(inner, dict) else None
        id_ = said.get("id") if isinstance(said, dict) else None
        if isinstance(id_, str) and id_.lower().startswith("/subscriptions/"):
            yield id_


def _counted(reader: Reader, place: Place) -> tuple[dict[str, int], tuple[Unseen, ...]]:
    """What else there is: types that no rule reads, types that nobody here knows.

    What a list of its type left out is read by itself: an empty list is no proof.
    """
    other: Counter[str] = Counter()
    unmapped: list[Unseen] = []
    for scope in place.scopes:
        try:
            entries = list(reader.pages(f"{scope}/resources", GROUPS_API))
        except Failure as failure:
            reason = f"could not be listed without {reader.why(_ALL, failure)}"
            unmapped.append(Unseen("what else is there", reason, scope))
            continue
        for entry in entries:
            said, id_ = str(entry.get("type") or "?"), str(entry.get("id") or "")
            arm_type = canonical(said) or said
            if canonical(said) is None and is_unmapped(said) and arm_type not in _ASKED:
                reason = "a type of this namespace that hubwarden does not know"
                unmapped.append(Unseen(said, reason, id_ or said))
            elif arm_type.lower() not in _FOLDED:
                other[arm_type] += 1
            elif asked := _TOP.get(arm_type.lower()):
                reader.left_out(asked, scope, id_)
    return dict(other), tuple(unmapped)


def _notes(reader: Reader) -> Iterator[str]:
    # What was not answered is an error already.
    rights = (one.right for one in reader.unread if one.right != UNANSWERED)
    for right, count in Counter(rights).items():
        lists = "1 list" if count == 1 else f"{count} lists"
        yield f"{lists} could not be read without {right}: what hangs on it is undecided"
    for arm_type, count in Counter(reader.gone.values()).items():
        yield f"{count} of {arm_type} went away while Azure was asked, and is not judged"


def _no_such(missing: Missing, place: Place, group: str) -> InputError:
    if group and missing.code != "SubscriptionNotFound":
        what, way = f"resource group {group} in this subscription", "`az group list`"
    else:
        what, way = f"subscription {place.subscription} for this login", "`az account list`"
    sentence = f"There is no {what}: name one that {way} shows, in the right --cloud."
    return InputError("no-such-place", sentence, exit_code=USAGE)
