"""The Celery application. Background work is a *job*; a *task* is an annotation task."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pasiflora.settings.development")

app = Celery("pasiflora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["pasiflora"], related_name="jobs")
