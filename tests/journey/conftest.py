"""A demo that is served, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import chromium
from tests.demo import copy_of, served


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def demo_address(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[str]:
    with served(copy_of(tmp_path_factory.mktemp("served"))) as address:
        yield address
