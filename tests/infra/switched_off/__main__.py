"""One component with required arguments only, and one of its defaults switched off.

The stack's config says which: `component`, and `off`, the place of the default in the table.
"""

from __future__ import annotations

import pulumi
from building import build, change, decided  # type: ignore[import-not-found]
from defaults import DEFAULTS  # type: ignore[import-not-found]

config = pulumi.Config()
component = config.require("component")
off = config.get_int("off")
if off is None:
    pulumi.export("decided", decided(component))
else:
    default = DEFAULTS[off]
    build(component, {default.of: {default.part: change(default.path, default.off)}})
