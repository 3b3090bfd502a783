"""Mail whose body is erased once sent, and the table behind django.core.cache."""

from django.db import migrations, models

# As `createcachetable` writes it, but unlogged: what it holds may be lost in a crash.
CACHE = """
CREATE UNLOGGED TABLE kernel_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="secret",
            field=models.BooleanField(
                default=False, help_text="Holds a link that opens an account: erased once it is sent."
            ),
        ),
        migrations.RunSQL(CACHE, "DROP TABLE kernel_cache"),
    ]
