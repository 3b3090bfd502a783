"""What every test may use. The network is off but for loopback and unix sockets (see pyproject.toml)."""

import pytest


@pytest.fixture
def committed(transactional_db: None) -> None:
    """A database whose changes are committed and seen by other threads, with the reference data in it."""
    from tests.planting import plant_reference_data  # noqa: PLC0415 -- models exist only once Django is set up

    plant_reference_data()
