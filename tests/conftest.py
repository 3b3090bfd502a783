"""What every test may use. The network is off but for loopback and unix sockets (see pyproject.toml)."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

# Reasons to skip that hold on some machine by nature. Any other skip fails a run with PASIFLORA_FORBID_SKIPS=1.
ALLOWED_SKIPS = (
    "only root has to run PostgreSQL as somebody else",
    "only Linux tells children that their parent was killed",
    "the shared data is not beside this checkout",
)

_forbidden_skips = []


def pytest_runtest_logreport(report):
    """Called for each test, in the controlling process too when tests run side by side."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("PASIFLORA_FORBID_SKIPS"):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in ALLOWED_SKIPS:
            _forbidden_skips.append(f"{report.nodeid}: {reason}")


def pytest_collectreport(report):
    """A whole file can be skipped too."""
    pytest_runtest_logreport(report)


class LiveTogether(LoadScopeScheduling):
    """Tests of a file that share a running product stay in one process: it is started once for all of them. All other
    tests are dealt out one by one, in the order in which they were found: those that empty the database come last."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(("tests/browser/", "tests/faults/")) else nodeid


def pytest_xdist_make_scheduler(config, log):
    """Ours, however many processes there are."""
    return LiveTogether(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """Fail the run for tests that did not run; clear away what live stacks were copied from."""
    if _forbidden_skips and session.exitstatus == pytest.ExitCode.OK:
        print("\nSkipped, and must not be (PASIFLORA_FORBID_SKIPS):", *_forbidden_skips, sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if not hasattr(session.config, "workerinput"):
        from tests.live import migrated  # noqa: PLC0415 -- settings are there only once the session has begun

        migrated().discard()


@pytest.fixture
def committed(transactional_db: None) -> None:
    """A database whose changes are committed and seen by other threads, with the reference data in it."""
    from tests.planting import plant_reference_data  # noqa: PLC0415 -- models exist only once Django is set up

    plant_reference_data()
