"""The ceiling (urls, settings, celery) and the floor (kernel, audit) of the monolith."""

from pasiflora.celery import app as celery_app

__all__ = ["celery_app"]
