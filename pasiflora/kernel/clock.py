"""The one place that reads the wall clock. Only edges ask it; everything below takes `at`."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()
