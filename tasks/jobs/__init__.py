"""Background work on tasks. Celery finds the jobs through this package."""

from tasks.jobs.claims import sweep_claims, sweep_warnings, thin
from tasks.jobs.imports import check, run, sweep_imports
from tasks.jobs.links import look_at_links, sweep_links

__all__ = ["check", "look_at_links", "run", "sweep_claims", "sweep_imports", "sweep_links", "sweep_warnings", "thin"]
