"""Production starts with everything named, or not at all."""

import os
import subprocess
import sys

import pytest

from pasiflora.stack.home import ROOT

NAMED = {
    "PASIFLORA_SECRET_KEY": "a-key-of-fifty-or-more-characters-with-1-2-3-and-more-letters",
    "DATABASE_URL": "postgresql://pasiflora@db/pasiflora",
    "REDIS_URL": "redis://broker:6379/0",
    "PASIFLORA_ALLOWED_HOSTS": "pasiflora.example",
    "PASIFLORA_EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
}


def in_production(*command, **named):
    """Run Python with nothing in its environment but these names."""
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "pasiflora.settings.production", **named}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", NAMED)
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_production_names_the_variable_that_is_missing(missing, how):
    named = {name: value for name, value in NAMED.items() if name != missing}
    if how == "empty":
        named[missing] = ""

    refused = in_production("-c", "import pasiflora.settings.production", **named)

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(
        f"django.core.exceptions.ImproperlyConfigured: {missing} is not set."
    )


def test_the_development_key_is_refused():
    named = NAMED | {"PASIFLORA_SECRET_KEY": "development-only-key-that-production-refuses-to-start-with"}
    refused = in_production("-c", "import pasiflora.settings.production", **named)
    assert refused.stderr.splitlines()[-1].endswith("PASIFLORA_SECRET_KEY is the one of development.")


def test_djangos_own_deployment_checks_have_nothing_to_say():
    checked = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING", **NAMED)
    said = checked.stdout + checked.stderr
    assert (checked.returncode, said) == (0, "System check identified no issues (1 silenced).\n")
