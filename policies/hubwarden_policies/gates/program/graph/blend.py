"""One value out of two: what the preview knows stands, and the canary run fills its gaps.

Made-up values that cannot carry a word (a flag, a number, one of an enumeration) differ between
the runs, so a value that is known in both and differs hangs on a made-up one, and is opaque.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.leaks.made import OPAQUE
from hubwarden_policies.model import UNKNOWN, Made, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwarden_policies.gates.program.leaks.made import Cutter

ABSENT: Final = object()


def blend(cutter: Cutter, preview: Any, canary: Any) -> Any:
    """The judged value of a preview's and a canary run's value, `ABSENT` where there is none.

    It is secret where the value that is used is: an unknown one where either run marks it.
    """
    is_secret, preview = _opened(preview)
    also_secret, canary = _opened(canary)
    if preview is UNKNOWN or preview is ABSENT:
        is_secret = is_secret or also_secret
    value = _blend(cutter, preview, canary)
    return Secret(value) if is_secret else value


def blend_all(
    cutter: Cutter, preview: Mapping[str, Any], canary: Mapping[str, Any]
) -> dict[str, Any]:
    """The judged values of two mappings that both runs have; what one lacks is opaque."""
    names = dict.fromkeys((*preview, *canary))
    return {
        name: blend(cutter, preview.get(name, ABSENT), canary.get(name, ABSENT)) for name in names
    }


def _blend(cutter: Cutter, preview: Any, canary: Any) -> Any:
    if preview is UNKNOWN:
        return UNKNOWN if canary is UNKNOWN else cutter.made(_shown(canary))
    if canary is UNKNOWN:
        return cutter.literal(preview)
    if isinstance(preview, dict) and isinstance(canary, dict):
        return blend_all(cutter, preview, canary)
    if isinstance(preview, list) and isinstance(canary, list) and len(preview) == len(canary):
        return [blend(cutter, one, other) for one, other in zip(preview, canary, strict=True)]
    seen = cutter.literal(preview)
    if isinstance(seen, Made) or (preview == canary and _is_flag(preview) == _is_flag(canary)):
        return seen
    return OPAQUE


def _shown(value: Any) -> Any:
    return None if value is ABSENT else value


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _opened(value: Any) -> tuple[bool, Any]:
    secret = False
    while isinstance(value, Secret):
        secret, value = True, value.value
    return secret, value
