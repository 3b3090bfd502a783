"""Reference data that migrations plant, planted again after a test that truncates every table."""

from importlib import import_module

from django.apps import apps

from experts.models import Agreement, Domain
from tasks.models import Rubric


def plant_reference_data() -> None:
    """Domain tree, first agreement, first rubric, as the migrations write them. Does nothing when they are there."""
    if not Domain.objects.exists():
        import_module("experts.migrations.0002_domain_tree").plant(apps, None)
    if not Agreement.objects.exists():
        import_module("experts.migrations.0006_agreement_1").publish(apps, None)
    if not Rubric.objects.exists():
        import_module("tasks.migrations.0002_rubric_1").write_rubric(apps, None)
