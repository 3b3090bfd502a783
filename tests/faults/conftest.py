"""One running product for all tests of this folder: each leaves it running."""

from collections.abc import Iterator

import pytest

from tests.live import ADMIN, LiveStack


@pytest.fixture(scope="module")
def live() -> Iterator[LiveStack]:
    stack = LiveStack()
    try:
        stack.manage("create_admin", ADMIN, "--name", "Ada")
        yield stack
    finally:
        stack.stop()
