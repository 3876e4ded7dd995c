"""How tests draw what hypothesis makes up.

The draw is the same each time (`derandomize`), so that a red test is red for everybody;
HUBWARDEN_TEST_DRAWS=N draws N others instead, anew each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

DRAWS = int(os.environ.get("HUBWARDEN_TEST_DRAWS", "0"))


def drawn(examples: int, *fine: HealthCheck) -> settings:
    """So many examples, without a clock; `fine` are what hypothesis need not complain of."""
    return settings(
        max_examples=DRAWS or examples,
        derandomize=not DRAWS,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, *fine],
    )
