"""`make bench [BENCH="qualification desk imports"]`: every table, or those named, on throwaway servers."""

import multiprocessing
import sys

import django
from django.core.management import call_command

TABLES = ("qualification", "desk", "first_sight", "keys", "imports", "releases", "claims", "writers")
"""In this order: people of `first_sight` review what has waited longest, so `claims` must not have filled the queue."""


def main(wanted: list[str]) -> None:
    """Migrate the empty database and print the tables."""
    multiprocessing.set_start_method("spawn")
    django.setup()
    call_command("migrate", verbosity=0)
    from importlib import import_module  # noqa: PLC0415 -- the parts know models, so they come after setup

    from experts.models import User  # noqa: PLC0415 -- the same
    from pasiflora.kernel import clock  # noqa: PLC0415 -- the same

    admin, _ = User.objects.get_or_create(email="admin@bench.example")
    from experts.actions.people import grant_role  # noqa: PLC0415 -- the same
    from experts.states import Role  # noqa: PLC0415 -- the same

    grant_role(to=admin, role=Role.ADMIN, domain=None, by=None, at=clock.now())
    for name in wanted or TABLES:
        import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
