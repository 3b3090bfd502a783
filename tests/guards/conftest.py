"""What the guards share."""

from pathlib import Path

import pytest

from tests.guards.world import World, make_world


@pytest.fixture
def world(tmp_path: Path, settings, db) -> World:
    """One of everything, in a database and a store of this test's own."""
    settings.STORE_ROOT = str(tmp_path)
    return make_world()
