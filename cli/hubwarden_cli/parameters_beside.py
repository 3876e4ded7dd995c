"""Parameters files that lie beside the template they are for, as their names say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def fitting(templates: Sequence[Path], parameters: Iterable[Path]) -> Mapping[Path, Path]:
    """The template of each parameters file that has one: `main.parameters.prod.json` is for
    `main.json` or `main.bicep` in its folder, and for `main.parameters.json` if that is a template.
    """
    found: dict[Path, Path] = {}
    for path in parameters:
        fit = [
            template
            for template in templates
            if template.parent == path.parent
            and path.name.lower().startswith(f"{template.stem.lower()}.")
        ]
        if fit:
            found[path] = max(fit, key=lambda template: len(template.stem))
    return found
