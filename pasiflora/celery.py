"""The Celery application. Background work is a *job*; a *task* is an annotation task."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init
from django.conf import settings

from experts.evidence.sealing import belong_together

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pasiflora.settings.development")

app = Celery("pasiflora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["pasiflora"], related_name="jobs")


def refuse_without_key(**_sent: Any) -> None:
    """Stop a worker of production that could not open evidence: an admin would find out too late."""
    if settings.EVIDENCE_KEY_REQUIRED and not belong_together(settings.EVIDENCE_RECIPIENT, settings.EVIDENCE_IDENTITY):
        # Not ImproperlyConfigured: Celery logs what a signal raises and goes on.
        raise SystemExit(
            "PASIFLORA_EVIDENCE_IDENTITY is not set for this worker, or is not the secret half of "
            "PASIFLORA_EVIDENCE_RECIPIENT. docs/operations.md tells how to make a pair."
        )


celeryd_init.connect(refuse_without_key)
