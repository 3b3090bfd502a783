"""What the database itself refuses, whatever the code above it does. A constraint or trigger without a case fails."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, models, transaction

from tests.guards.refusals import Cases, gathered

pytestmark = pytest.mark.django_db
OURS = ("kernel", "audit", "experts", "tasks", "reviews", "exports")
BROKEN, STOPPED = gathered("BROKEN"), gathered("STOPPED")


def our_models() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def cases(table: Cases) -> list[Any]:
    return [
        pytest.param(name, act, id=f"{name}-{n}" if len(acts) > 1 else name)
        for name, acts in table.items()
        for n, act in enumerate(acts, 1)
    ]


def test_every_constraint_has_a_case() -> None:
    named = {constraint.name for model in our_models() for constraint in model._meta.constraints}
    assert set(BROKEN) == named


def test_every_trigger_has_a_case() -> None:
    named = {trigger.name for model in our_models() for trigger in getattr(model._meta, "triggers", [])}
    assert set(STOPPED) == named


@pytest.mark.parametrize(("name", "act"), cases(BROKEN))
def test_the_database_refuses_what_breaks(name: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    assert refused.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize(("name", "act"), cases(STOPPED))
def test_the_database_stops(name: str, act: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()
    # pgtrigger names the function after the trigger; our own trigger names itself in what it says.
    said = str(refused.value)
    assert name in said, said


def test_the_models_and_the_migrations_say_the_same() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
    assert said.getvalue() == "No changes detected\n"
