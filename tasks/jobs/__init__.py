"""Background work on tasks. Celery finds the jobs through this package."""

from tasks.jobs.claims import sweep_claims

__all__ = ["sweep_claims"]
