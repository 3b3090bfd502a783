"""Background work on tasks. Celery finds the jobs through this package."""

from tasks.jobs.claims import sweep_claims, sweep_warnings, thin
from tasks.jobs.imports import check, run, sweep_imports

__all__ = ["check", "run", "sweep_claims", "sweep_imports", "sweep_warnings", "thin"]
