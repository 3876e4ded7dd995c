"""What the tests of the command's parts share: a blob service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest
from tests.azurite.running import Azurite, Lacking, running


@pytest.fixture(scope="session")
def azurite(
    tmp_path_factory: pytest.TempPathFactory,
    environ: dict[str, str],
    lacking: Callable[[str], NoReturn],
) -> Iterator[Azurite]:
    """A real blob service; the first use of a machine installs it."""
    try:
        with running(tmp_path_factory.mktemp("azurite"), environ) as service:
            yield service
    except Lacking as lack:
        lacking(str(lack))
