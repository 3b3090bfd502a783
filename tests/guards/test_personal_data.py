"""Every column that can hold words is accounted for: erased with a person, kept for a reason, or about nobody."""

import pytest
from django.apps import apps
from django.db import models

from experts.models import User
from pasiflora.personal_data import HOLDINGS
from tests.domain.test_erasure import text_columns

pytestmark = pytest.mark.django_db

ABOUT_NOBODY = {
    "django_migrations": "which migrations were applied",
    "django_content_type": "names of our tables",
    "auth_group": "unused: roles are ours",
    "auth_permission": "unused: roles are ours",
    "kernel_cache": "counts of sign-ins under digests, for an hour at most; unlogged",
    "django_session": "ended by pasiflora.personal_data, found by who is signed in and by what was typed",
    "account_emailconfirmation": "goes with its address",
    "socialaccount_socialapp": "the providers that an operator set up",
    "socialaccount_socialtoken": "goes with its account; none are stored",
    "audit_auditseal": "digests over the log",
    "experts_agreement": "the text that everybody signs",
    "experts_domain": "the tree of domains",
    "experts_degreetitle": "a list of titles",
    "experts_knownhost": "a list of hosts",
    "experts_trainingmodule": "lessons and exercises, which are published",
    "tasks_project": "what a lab commissioned",
    "tasks_guideline": "what a lab commissioned",
    "tasks_rubric": "published",
    "tasks_task": "what a lab commissioned",
    "tasks_taskimport": "a file of tasks",
    "reviews_escalation": "a sentence that the rule made",
    "exports_lab": "an organisation",
    "exports_dataset": "a specification of a lab",
    "exports_release": "a build of a specification",
    "exports_labtoken": "a key of a lab, as a digest and by the name that the lab gave it",
}


def known_values(table: str, column: str) -> bool:
    """Whether a column takes only values from a list of ours."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            return any(
                field.column == column and (field.choices or isinstance(field, models.ForeignKey))
                for field in model._meta.local_fields
            )
    return False


def accounted() -> set[str]:
    """`table.column` of all that some holding speaks of; `table.*` where the rows go."""
    found = set()
    for holding in HOLDINGS:
        meta = holding.rows(User(pk=0)).model._meta
        found |= {f"{meta.db_table}.{meta.get_field(name).column}" for name in {*holding.erased, *holding.kept}}
        found |= {f"{meta.db_table}.*"} if holding.deleted else set()
    return found


def test_every_column_with_words_is_accounted_for() -> None:
    spoken_of = accounted()
    forgotten = [
        f"{table}.{column}"
        for table, column in text_columns()
        if table not in ABOUT_NOBODY
        and not {f"{table}.{column}", f"{table}.*"} & spoken_of
        and not known_values(table, column)
    ]
    assert forgotten == [], "say in an app's personal.py what becomes of these when a person is erased"


def test_no_table_is_excused_that_is_not_there() -> None:
    assert set(ABOUT_NOBODY) - {table for table, _ in text_columns()} <= {
        "experts_credentialreminder",
        "tasks_submission",
    }


def test_names_of_files_are_told_apart_and_say_what_they_are() -> None:
    names = [holding.name for holding in HOLDINGS]
    assert len(names) == len(set(names))
    assert all(holding.about.endswith(".") for holding in HOLDINGS)
