"""The first rubric. Its file is never edited: another wording is another number and another migration."""

import json
from pathlib import Path

from django.db import migrations
from django.utils import timezone

RUBRIC = Path(__file__).resolve().parent.parent / "rubrics" / "1.json"


def write_rubric(apps, schema_editor):
    rubric = json.loads(RUBRIC.read_text(encoding="utf-8"))
    apps.get_model("tasks", "Rubric").objects.create(**rubric, created_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]
    operations = [migrations.RunPython(write_rubric, migrations.RunPython.noop)]
