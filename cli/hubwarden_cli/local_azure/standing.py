"""Resources of any type that are just there: they can be listed and read, and nothing else."""

from __future__ import annotations

from typing import Final

from .message import Answer, Json, Request, azure_error
from .paging import page
from .world import SUBSCRIPTION, World

_GROUPS: Final = "/resourcegroups"
_RESOURCES: Final = "/resources"
_PROVIDERS: Final = "/providers/"


class Standing:
    """Answers a GET by the ids of what is there, hubs and DPSs among it. It filters no list."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """The world's lock is held."""
        if request.method != "GET":
            return azure_error(405, "MethodNotAllowed", "The double does not do this.")
        path = request.path.rstrip("/").lower()
        bodies = self._bodies()
        whole = f"/subscriptions/{SUBSCRIPTION}"
        if path == whole + _GROUPS:
            return self._page([self._group(name) for name in self._groups().values()], request)
        scope = path.removesuffix(_RESOURCES).removeprefix(whole)
        group = scope.split(_PROVIDERS, 1)[0].removeprefix(_GROUPS).strip("/")
        if group and group not in self._groups():
            told = f"Resource group '{group}' could not be found."
            return azure_error(404, "ResourceGroupNotFound", told)
        if scope == f"{_GROUPS}/{group}":
            if path.endswith(_RESOURCES):
                return self._page(_thin(bodies, path.removesuffix(_RESOURCES)), request)
            return Answer(200, self._group(self._groups()[group]))
        if path == whole + _RESOURCES:
            return self._page(_thin(bodies, whole), request)
        if path in bodies:
            return Answer(200, bodies[path])
        outer, _, inner = path.rpartition(_PROVIDERS)
        if inner.count("/") % 2 == 0:
            return azure_error(404, "ResourceNotFound", "There is no such resource.")
        above = path.rpartition("/")[0] if inner.count("/") > 1 else outer
        if _PROVIDERS in above and above not in bodies:
            return azure_error(404, "ParentResourceNotFound", "It is below nothing.")
        found = [body for id_, body in bodies.items() if _is_listed(id_, path, outer, inner)]
        return self._page(found, request)

    def _page(self, found: list[Json], request: Request) -> Answer:
        return page(found, request, self._world.behaviour.page)

    def _bodies(self) -> dict[str, Json]:
        ours = {one.id.path.lower(): one.shown() for one in self._world.resources.values()}
        return ours | {id_.lower(): body for id_, body in self._world.standing.items()}

    def _groups(self) -> dict[str, str]:
        ids = [body["id"] for body in self._bodies().values()]
        names = [id_.split("/")[4] for id_ in ids if id_.lower().count(_GROUPS)]
        return {name.lower(): name for name in reversed(names)}

    def _group(self, name: str) -> Json:
        id_ = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}"
        return {"id": id_, "name": name, "location": "westeurope", "properties": {}}


def _is_listed(id_: str, path: str, outer: str, inner: str) -> bool:
    """Whether a list has a resource: one of a scope has what is anywhere in it."""
    if inner.count("/") > 1:
        return id_.rpartition("/")[0] == path
    within, _, rest = id_.rpartition(_PROVIDERS)
    nested = _PROVIDERS not in outer or within == outer
    above = within == outer or within.startswith(f"{outer}/")
    return nested and above and rest.rpartition("/")[0] == inner


def _thin(bodies: dict[str, Json], scope: str) -> list[Json]:
    """What the list of all resources says of each: no properties, and nothing that extends."""
    kept = ("id", "name", "type", "location", "tags")
    return [
        {key: body[key] for key in kept if key in body}
        for id_, body in bodies.items()
        if id_.startswith(f"{scope}/")
        and id_.count(_PROVIDERS) == 1
        and id_.rpartition(_PROVIDERS)[2].count("/") == 2
    ]
