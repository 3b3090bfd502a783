"""One running product for all tests of this folder: each leaves it running."""

from collections.abc import Iterator

import pytest

from tests.live import LiveStack


@pytest.fixture(scope="module")
def live() -> Iterator[LiveStack]:
    stack = LiveStack()
    yield stack
    stack.stop()
