"""What has to be true before the application starts: tables up to date, demo data in place.

Run in a process of its own (`python -m pasiflora.stack.prepare [--demo]`), so that the supervisor stays small
and Django is imported once for everything. Its standard output is what the person should read.
"""

import sys

import django
from django.core.management import call_command, get_commands


def main(*, demo: bool) -> None:
    """Bring the database to what the code expects. Safe to repeat: each step does nothing when it is done."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("import_training", stdout=sys.stderr)
    if demo and "load_demo" in get_commands():
        call_command("load_demo", stdout=sys.stderr)
        call_command("load_demo", print_logins=True)


if __name__ == "__main__":
    main(demo="--demo" in sys.argv[1:])
