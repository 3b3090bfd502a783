"""Production starts with everything named, or not at all."""

import json
import os
import subprocess
import sys

import pytest

from experts.evidence.sealing import belong_together, new_pair
from pasiflora.stack.home import ROOT

NAMED = {
    "PASIFLORA_SECRET_KEY": "a-key-of-fifty-or-more-characters-with-1-2-3-and-more-letters",
    "DATABASE_URL": "postgresql://pasiflora@db/pasiflora",
    "REDIS_URL": "redis://broker:6379/0",
    "PASIFLORA_ALLOWED_HOSTS": "pasiflora.example",
    "PASIFLORA_EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "PASIFLORA_EVIDENCE_RECIPIENT": "age1dusafampg865ktw6uttw5y4wd4qatmyuwhc9grwvu5th7wwzau4s7ddh8r",
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


def test_a_recipient_that_is_none_is_refused():
    named = NAMED | {"PASIFLORA_EVIDENCE_RECIPIENT": "age1x"}
    refused = in_production("-c", "import pasiflora.settings.production", **named)
    assert refused.stderr.splitlines()[-1].endswith("PASIFLORA_EVIDENCE_RECIPIENT is not a public key of age: age1…")


STRANGE = new_pair()
PAIR = new_pair()


# Named, since a key that is made anew would give the test another name in each process.
@pytest.mark.parametrize("identity", ["", "nonsense", STRANGE.identity], ids=["none", "nonsense", "strange"])
def test_a_worker_that_could_not_open_evidence_does_not_start(identity):
    named = NAMED | {"PASIFLORA_EVIDENCE_RECIPIENT": PAIR.recipient, "PASIFLORA_EVIDENCE_IDENTITY": identity}
    refused = in_production("-m", "celery", "--app", "pasiflora", "worker", "--concurrency", "1", **named)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith("PASIFLORA_EVIDENCE_IDENTITY is not set for this worker, or")
    assert PAIR.identity not in refused.stdout + refused.stderr


def test_the_key_is_asked_of_workers_alone():
    named = NAMED | {"PASIFLORA_EVIDENCE_RECIPIENT": PAIR.recipient}
    web = "import pasiflora.wsgi; from django.conf import settings; print([settings.EVIDENCE_IDENTITY])"
    assert in_production("-c", web, **named).stdout == "['']\n"
    fits = named | {"PASIFLORA_EVIDENCE_IDENTITY": f"{STRANGE.identity} {PAIR.identity}"}
    assert in_production("-c", "from pasiflora import celery; celery.refuse_without_key()", **fits).returncode == 0


def test_the_command_makes_a_pair_that_fits():
    made = in_production("manage.py", "make_evidence_key", **NAMED).stdout.split()
    assert [line.partition("=")[0] for line in made] == ["PASIFLORA_EVIDENCE_RECIPIENT", "PASIFLORA_EVIDENCE_IDENTITY"]
    assert belong_together(*(line.partition("=")[2] for line in made))


def test_nobody_is_asked_about_links_unless_wanted_and_never_beyond_the_public_internet():
    shown = "from django.conf import settings; print(settings.CHECK_LINKS, sorted(settings.LINKS_ALSO))"
    assert in_production("-c", shown, **NAMED).stdout == "False []\n"
    wanted = NAMED | {"PASIFLORA_CHECK_LINKS": "true", "PASIFLORA_LINKS_ALSO": "10.0.0.1:80", "LINKS_ALSO": "1"}
    assert in_production("-c", shown, **wanted).stdout == "True []\n"


def test_a_module_of_the_build_has_one_address_and_is_kept_for_good():
    built = [piece["file"] for piece in json.loads((ROOT / "frontend/dist/.vite/manifest.json").read_text()).values()]
    code = f"""
import django, json, re
django.setup()
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
served, kept = staticfiles_storage.hashed_name, re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST).match
print(json.dumps([name for name in {built} if served(name) == name and kept(settings.STATIC_URL + name)]))
"""
    assert len(built) > 3
    assert json.loads(in_production("-c", code, **NAMED).stdout) == built
