"""Listings, a page at a time."""

from __future__ import annotations

from typing import Any

from .message import Answer, Json, Request


def page(items: list[Any], request: Request, size: int | None) -> Answer:
    """A listing, with the address of the next page where there is one."""
    if size is None:
        return Answer(200, {"value": items})
    start = int(request.query.get("$skiptoken", "0"))
    body: Json = {"value": items[start : start + size]}
    if start + size < len(items):
        version = request.query.get("api-version", "")
        next_page = f"api-version={version}&$skiptoken={start + size}"
        body["nextLink"] = f"{request.origin}{request.path}?{next_page}"
    return Answer(200, body)
