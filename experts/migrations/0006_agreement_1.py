"""The first agreement. Its file is never edited: another wording is another number, published by an admin."""

from hashlib import sha256
from pathlib import Path

from django.db import migrations
from django.utils import timezone

TEXT = Path(__file__).resolve().parent.parent / "agreements" / "1.md"


def publish(apps, schema_editor):
    body = TEXT.read_text(encoding="utf-8")
    apps.get_model("experts", "Agreement").objects.create(
        number=1, body=body, sha256=sha256(body.encode()).hexdigest(), published_at=timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [("experts", "0005_application")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
